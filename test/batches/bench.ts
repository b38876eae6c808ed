import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import {
  assertKnownTelemetry,
  type LivePipeline,
  startLivePipeline,
} from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { CONTENT } from './batch-lines.ts';

/** What has been booked for one workflow. */
export interface Booked {
  /** Whole nano-USD; `undefined` where nothing was. */
  readonly nanos: number | undefined;
  /** Calls by their operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** Recordings of a duration. */
  readonly durations: number | undefined;
}

/** Real SDKs against a local provider, and all telemetry of them. */
export class BatchBench {
  readonly live: LivePipeline;
  readonly server: ProviderServer;

  constructor(live: LivePipeline, server: ProviderServer) {
    this.live = live;
    this.server = server;
  }

  /** Attributes of the spans that stand for readings. */
  get readings(): readonly Readonly<Record<string, unknown>>[] {
    const spans = this.live.sink.spans.filter(({ name }) => name === 'fetch_batch');
    return spans.map(({ attributes }) => attributes);
  }

  /** Long results are read along between other work, so a reading is over when its span has come. */
  async readingEnded(readings = 1): Promise<void> {
    for (;;) {
      await this.live.flush();
      if (this.readings.length >= readings) return;
      await nextTurn();
    }
  }

  async booked(workflow: string): Promise<Booked> {
    await this.live.flush();
    const { sink } = this.live;
    assertKnownTelemetry(sink);
    if (JSON.stringify(sink.exports).includes(CONTENT)) throw new Error('content was exported');
    const labels = { 'costspan.workflow': workflow };
    const usd = sink.metricValue('costspan.cost.usd', labels);
    const calls: Record<string, number> = {};
    for (const point of sink.metrics.get('costspan.calls')?.points ?? []) {
      if (point.attributes['costspan.workflow'] !== workflow || !('value' in point)) continue;
      const { 'gen_ai.operation.name': operation, 'costspan.call.outcome': outcome } =
        point.attributes;
      const name = outcome === 'ok' ? String(operation) : `${String(operation)} ${String(outcome)}`;
      calls[name] = (calls[name] ?? 0) + point.value;
    }
    return {
      nanos: usd === undefined ? undefined : Math.round(usd * 1e9),
      calls,
      durations: sink.metricValue('gen_ai.client.inference.duration', labels),
    };
  }

  reset(): void {
    this.live.sink.clear();
    this.server.reset();
  }

  async stop(): Promise<void> {
    await this.live.stop();
    await this.server.close();
  }
}

export async function startBatchBench(
  copies: readonly (readonly [SdkInstrumentation, unknown])[],
): Promise<BatchBench> {
  const bench = new BatchBench(await startLivePipeline(), await startProviderServer());
  for (const [sdk, moduleExports] of copies) {
    const { packageName } = sdk;
    const path = `/node_modules/${packageName}`;
    sdk.patch({ packageName, version: undefined, path, format: 'esm', moduleExports });
  }
  return bench;
}
