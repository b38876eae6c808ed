import 'costspan/register';
import { instrument, withAttribution } from 'costspan';
import OpenAI from 'openai';

const openai = instrument(new OpenAI());

const stream = await withAttribution({ team: 'support', workflow: 'greeting' }, () =>
  openai.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'Say hello.' }],
    stream: true,
    stream_options: { include_usage: true },
  }),
);
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
