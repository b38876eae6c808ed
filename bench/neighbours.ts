import { createRequire } from 'node:module';
import OpenAI from 'openai';
import { isInstalled } from '../test/neighbours/app.ts';
import { startTelemetry } from './telemetry.ts';

const load = createRequire(new URL('../test/neighbours/', import.meta.url));

interface Instrumentation {
  manuallyInstrument(sdk: unknown): void;
}
interface InstrumentationModule {
  readonly OpenAIInstrumentation: new (options?: object) => Instrumentation;
}

/** Other instrumentations of `openai`, set up by their documentation, recording no content. */
const SET_UP: Readonly<Record<string, () => void>> = {
  OpenInference() {
    startTelemetry();
    const name = '@arizeai/openinference-instrumentation-openai';
    const { OpenAIInstrumentation } = load(name) as InstrumentationModule;
    const traceConfig = { hideInputs: true, hideOutputs: true };
    new OpenAIInstrumentation({ traceConfig }).manuallyInstrument(OpenAI);
  },
  OpenLLMetry() {
    startTelemetry();
    const name = '@traceloop/instrumentation-openai';
    const { OpenAIInstrumentation } = load(name) as InstrumentationModule;
    new OpenAIInstrumentation({ traceContent: false }).manuallyInstrument(OpenAI);
  },
  OpenLIT() {
    // It makes providers of its own, which export nothing here.
    for (const signal of ['TRACES', 'METRICS', 'LOGS']) {
      process.env[`OTEL_${signal}_EXPORTER`] = 'none';
    }
    const { default: openlit } = load('openlit') as { default: { init(options: object): void } };
    openlit.init({
      captureMessageContent: false,
      pricingJson: { chat: { 'gpt-4o-mini': { promptPrice: 0.00015, completionPrice: 0.0006 } } },
      instrumentations: { openai: OpenAI },
    });
  },
};

/** Those that are there to be measured: `npm run neighbours` installs them. */
export const NEIGHBOURS: readonly string[] = isInstalled ? Object.keys(SET_UP) : [];

/** Sets the neighbour up, if there is one of that name. */
export function setUpNeighbour(name: string): boolean {
  SET_UP[name]?.();
  return Object.hasOwn(SET_UP, name);
}
