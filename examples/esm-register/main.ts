import 'costspan/register';
import { withAttribution } from 'costspan';
import OpenAI from 'openai';

const openai = new OpenAI();

const answer = await withAttribution({ team: 'support', workflow: 'greeting' }, () =>
  openai.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'Say hello.' }],
  }),
);
console.log(answer.choices[0]?.message.content);
