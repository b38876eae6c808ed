import { recordGenAiSpans } from '../../processor/index.ts';
import { findInstalled } from './find-installed.ts';
import { applicationFolder } from './loaded-sdks.ts';
import { loadSync } from './load-sync.ts';
import { ownViews } from './own-metrics.ts';
import { samplerFromEnvironment } from './own-traces.ts';

interface NodeSdk {
  start(): void;
}

/**
 * Starts the application's own copy of `@opentelemetry/sdk-node`, which reads the environment
 * itself. Returns why not, in one sentence, when it is not installed; `undefined` when it runs.
 */
export function startNodeSdk(reasons: readonly string[]): string | undefined {
  const folder = applicationFolder();
  if (findInstalled('@opentelemetry/sdk-node', folder) === undefined) {
    const asked = reasons.join(', ');
    return `${asked} needs the full OpenTelemetry SDK: npm install @opentelemetry/sdk-node.`;
  }
  const { NodeSDK } = loadSync('@opentelemetry/sdk-node', folder) as {
    readonly NodeSDK: new (options: object) => NodeSdk;
  };
  new NodeSDK({ sampler: recordGenAiSpans(samplerFromEnvironment()), views: ownViews() }).start();
  return undefined;
}
