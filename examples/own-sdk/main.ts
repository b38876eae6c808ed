import { stopTelemetry } from './telemetry.ts';
import { trace } from '@opentelemetry/api';
import { withAttribution } from 'costspan';
import OpenAI from 'openai';

const openai = new OpenAI();

await trace.getTracer('app').startActiveSpan('greet', async (span) => {
  const answer = await withAttribution({ team: 'support', workflow: 'greeting' }, () =>
    openai.responses.create({ model: 'gpt-5-mini', input: 'Say hello.' }),
  );
  console.log(answer.output_text);
  span.end();
});
await stopTelemetry();
