import { AI_CALLS, installed, type Neighbour } from './app.ts';

/** Bare imports of an application that has the packages of this folder. */
function links(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, installed(name)]));
}

const OPENAI_6 = { openai: installed('openai') };
/** Two of the neighbours cannot watch `@anthropic-ai/sdk` 1, which has no Completions any more. */
const ANTHROPIC_0 = { '@anthropic-ai/sdk': 'anthropic0' };
const CLIENTS = `openai = new OpenAI(); anthropic = new Anthropic();`;

const OPENINFERENCE = [
  '@arizeai/openinference-instrumentation-openai',
  '@arizeai/openinference-instrumentation-anthropic',
];
const TRACELOOP = ['@traceloop/instrumentation-openai', '@traceloop/instrumentation-anthropic'];

const CONTRIB = `
  const { OpenAIInstrumentation } = await load('@opentelemetry/instrumentation-openai');
  const instrumentation = new OpenAIInstrumentation();`;

export const NEIGHBOURS: readonly Neighbour[] = [
  ...[{}, OPENAI_6].map((sdk): Neighbour => ({
    name: `OpenInference, openai ${sdk === OPENAI_6 ? 6 : 7}`,
    packages: OPENINFERENCE,
    formats: ['esm', 'commonjs'],
    links: { ...links(...OPENINFERENCE), ...sdk },
    setUp: `
        const { OpenAIInstrumentation } = await load('${OPENINFERENCE[0]}');
        const { AnthropicInstrumentation } = await load('${OPENINFERENCE[1]}');
        new OpenAIInstrumentation().manuallyInstrument(OpenAI);
        new AnthropicInstrumentation().manuallyInstrument(Anthropic);
        ${CLIENTS}`,
  })),
  {
    name: 'OpenLLMetry, openai 7',
    packages: TRACELOOP,
    formats: ['esm', 'commonjs'],
    links: { ...links(...TRACELOOP), ...ANTHROPIC_0 },
    setUp: `
      const { OpenAIInstrumentation } = await load('${TRACELOOP[0]}');
      const { AnthropicInstrumentation } = await load('${TRACELOOP[1]}');
      new OpenAIInstrumentation().manuallyInstrument(OpenAI);
      new AnthropicInstrumentation().manuallyInstrument(anthropicModule);
      ${CLIENTS}`,
  },
  {
    name: 'OpenLLMetry by its module hook, openai 6',
    packages: [TRACELOOP[0]!],
    formats: ['commonjs'],
    links: { ...links(...TRACELOOP), ...OPENAI_6 },
    before: `const traceloop = new (await load('${TRACELOOP[0]}')).OpenAIInstrumentation();`,
    setUp: `openai = new OpenAI();`,
  },
  {
    name: 'OpenTelemetry contrib by its module hook, openai 6',
    packages: ['@opentelemetry/instrumentation-openai'],
    formats: ['commonjs'],
    links: { ...links('@opentelemetry/instrumentation-openai'), ...OPENAI_6 },
    before: CONTRIB,
    setUp: `
      // Without metrics of its own it fails every stream.
      instrumentation.setMeterProvider(new (await load('@opentelemetry/sdk-metrics')).MeterProvider());
      openai = new OpenAI();`,
  },
  ...[{}, OPENAI_6].map((sdk): Neighbour => ({
    name: `Langfuse, openai ${sdk === OPENAI_6 ? 6 : 7}`,
    packages: ['@langfuse/openai', '@langfuse/tracing'],
    formats: ['esm', 'commonjs'],
    links: { ...links('@langfuse/openai', '@langfuse/tracing'), ...sdk },
    setUp: `
        const { observeOpenAI } = await load('@langfuse/openai');
        openai = observeOpenAI(new OpenAI());`,
  })),
  {
    name: 'LangSmith, openai 7 and anthropic 1',
    packages: ['langsmith'],
    wrapsClient: true,
    formats: ['esm', 'commonjs'],
    links: links('langsmith', '@opentelemetry/sdk-trace-base'),
    env: {
      LANGSMITH_TRACING: 'true',
      LANGSMITH_OTEL_ENABLED: 'true',
      LANGSMITH_API_KEY: 'test',
    },
    setUp: `
      const { initializeOTEL } = await load('langsmith/experimental/otel/setup');
      const { wrapOpenAI } = await load('langsmith/wrappers');
      const { wrapAnthropic } = await load('langsmith/wrappers/anthropic');
      initializeOTEL({ globalTracerProvider: (await load('@opentelemetry/api')).trace.getTracerProvider() });
      openai = wrapOpenAI(new OpenAI());
      anthropic = wrapAnthropic(new Anthropic());`,
  },
  {
    name: 'OpenLIT, openai 7',
    packages: ['openlit'],
    formats: ['esm', 'commonjs'],
    links: { ...links('openlit'), ...ANTHROPIC_0 },
    setUp: `
      const openlitModule = await load('openlit');
      const openlit = openlitModule.default?.default ?? openlitModule.default ?? openlitModule;
      // It makes a provider of spans of its own, which exports what ours would.
      openlit.init({
        otlpEndpoint: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
        disableBatch: true,
        disableMetrics: true,
        disableEvents: true,
        instrumentations: { openai: OpenAI, anthropic: anthropicModule },
      });
      ${CLIENTS}`,
  },
  {
    name: 'Sentry, openai 7 and anthropic 1',
    packages: ['@sentry/node'],
    formats: ['esm', 'commonjs'],
    links: links('@sentry/node'),
    before: `
      const Sentry = await load('@sentry/node');
      Sentry.init({ dsn: 'http://key@127.0.0.1:9/1', tracesSampleRate: 1 });`,
    setUp: CLIENTS,
  },
  {
    name: 'AI SDK 7 with its OpenTelemetry integration',
    packages: ['@ai-sdk/otel'],
    formats: ['esm'],
    links: links('@ai-sdk/otel'),
    setUp: `
      const ai = await load('ai');
      const { OpenTelemetry } = await load('@ai-sdk/otel');
      ai.registerTelemetry(new OpenTelemetry());
      const provider = (await load('@ai-sdk/openai')).createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
      const more = { telemetry: { isEnabled: true } };`,
    calls: AI_CALLS,
  },
  ...['5', '6'].map((major): Neighbour => ({
    name: `AI SDK ${major} with its telemetry on`,
    packages: [],
    formats: ['esm', 'commonjs'],
    links: { ai: `ai${major}`, '@ai-sdk/openai': `ai${major}-openai` },
    setUp: `
        const ai = await load('ai');
        const provider = (await load('@ai-sdk/openai')).createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
        const more = { experimental_telemetry: { isEnabled: true } };`,
    calls: AI_CALLS,
  })),
];
