import { createServer } from 'node:net';
import { join } from 'node:path';

import { type RunningProgram, runProgram } from '../support/run-program.ts';
import { repositoryRoot } from '../support/temp-app.ts';

/** The Collector with grafana/collector/config.yaml, on ports of its own. */
export interface RunningCollector extends AsyncDisposable {
  /** For OTLP over HTTP, without a signal's path. */
  readonly otlpUrl: string;
  /** `host:port` of what Prometheus scrapes. */
  readonly metricsAddress: string;
  readonly program: RunningProgram;
}

export async function startCollector(path: string, tempoUrl: string): Promise<RunningCollector> {
  const [http, grpc, metrics, own] = await freePorts(4);
  const program = await runProgram(path, {
    args: [
      `--config=${join(repositoryRoot, 'grafana/collector/config.yaml')}`,
      // Its own metrics, which otherwise have a fixed port.
      `--set=service.telemetry.metrics.readers=[{pull: {exporter: {prometheus: {host: 127.0.0.1, port: ${own}}}}}]`,
    ],
    env: {
      OTLP_HTTP_ENDPOINT: `127.0.0.1:${http}`,
      OTLP_GRPC_ENDPOINT: `127.0.0.1:${grpc}`,
      PROMETHEUS_ENDPOINT: `127.0.0.1:${metrics}`,
      TEMPO_ENDPOINT: tempoUrl,
      SPANMETRICS_FLUSH_INTERVAL: '3s',
    },
    ready: /Everything is ready/,
  });
  return {
    otlpUrl: `http://127.0.0.1:${http}`,
    metricsAddress: `127.0.0.1:${metrics}`,
    program,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** A Collector with a configuration of the test's own, without its usual ports. */
export function runCollector(path: string, config: object): Promise<RunningProgram> {
  return runProgram(path, {
    args: [`--config=yaml:${JSON.stringify(config)}`, '--set=service.telemetry.metrics.level=none'],
    ready: /Everything is ready/,
  });
}

/** Ports that nobody listened on just now, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  for (const server of servers) server.close();
  return ports;
}

/** The samples of a text that Prometheus would scrape: value by name and labels, in one spelling. */
export function samples(text: string, without: RegExp = /^$/): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^([\w:]+)(?:\{(.*?)\})? (\S+)(?: \S+)?(?: # .*)?$/.exec(line);
    if (match === null) continue;
    const [, name = '', labels = '', value] = match;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
      .map(([, key = '', text_ = '']) => [
        key,
        key === 'le' ? String(Number(text_.replace('+Inf', 'Infinity'))) : text_,
      ])
      .filter(([key = '']) => !without.test(key))
      .map(([key, content]) => `${key}="${content}"`)
      .toSorted();
    found.set(`${name}{${pairs.join(',')}}`, Number(value));
  }
  return found;
}
