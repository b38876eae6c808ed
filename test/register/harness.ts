import { afterAll, afterEach, beforeAll } from 'vitest';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import {
  type ChildOptions,
  type ChildResult,
  repositoryRoot,
  runChild,
} from '../support/run-child.ts';

/** A Collector and a provider for the children of one test file. */
export interface Servers {
  readonly sink: OtlpSink;
  readonly provider: ProviderServer;
  /** Environment of a child that uses both. */
  readonly env: Record<string, string>;
  run(source: string, options?: ChildOptions): Promise<ChildResult>;
}

export function startServers(): Servers {
  let sink: OtlpSink;
  let provider: ProviderServer;
  beforeAll(async () => {
    sink = await startOtlpSink();
    provider = await startProviderServer();
  });
  afterEach(() => {
    sink.clear();
  });
  afterAll(async () => {
    await sink.close();
    await provider.close();
  });
  const servers: Servers = {
    get sink() {
      return sink;
    },
    get provider() {
      return provider;
    },
    get env() {
      return {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OPENAI_BASE_URL: provider.openaiUrl,
        OPENAI_API_KEY: 'test',
      };
    },
    run: (source, options = {}) =>
      runChild(source, { ...options, env: { ...servers.env, ...options.env } }),
  };
  return servers;
}

/** One chat call; the client is built from whatever `OpenAI` is in scope. */
export const CALL: string = `await new OpenAI().chat.completions.create({
  model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }],
});`;

/** The same for code without top-level await. */
export const CALL_LATER: string = `(async () => { ${CALL} })();`;

/** Prints what `register` found, as JSON. */
export const PRINT_CHECK: string = `
  const checks = await import('${repositoryRoot}instrumentation/register/register-process.ts');
  console.log(JSON.stringify(checks.selfCheck()));`;

/** Spans of model calls that arrived, as `scope name`. */
export function callSpans(sink: OtlpSink): string[] {
  return sink.spans
    .filter((span) => 'gen_ai.operation.name' in span.attributes)
    .map((span) => `${span.scope.name} ${span.name}`);
}
