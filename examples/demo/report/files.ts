import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { OtlpSink } from '../../../test/support/otlp-sink.ts';
import { prometheusText } from './prometheus.ts';

const SIGNALS = ['traces', 'metrics', 'logs'] as const;

/**
 * Writes what has arrived: OTLP/JSON with one export request a line, which is what the Collector's
 * file exporter writes and its `otlpjsonfile` receiver reads, and Prometheus text. Returns the paths.
 */
export function writeFiles(sink: OtlpSink, folder: string): string[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  const write = (name: string, content: string): void => {
    const path = join(folder, name);
    writeFileSync(path, content);
    written.push(path);
  };
  for (const signal of SIGNALS) {
    const requests = sink.exports.filter((one) => one.signal === signal);
    write(`${signal}.json`, requests.map(({ body }) => `${JSON.stringify(body)}\n`).join(''));
  }
  write('metrics.prom', prometheusText(sink));
  return written;
}
