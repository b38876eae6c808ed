import 'costspan/register';
import { withAttribution } from 'costspan';
import OpenAI from 'openai';

import { arrivals } from './arrivals.ts';
import { handbook } from './texts.ts';

/**
 * Search over documents. The team comes from the environment (COSTSPAN_TEAM), the workflow from
 * the code.
 */
const openai = new OpenAI();

async function indexDocuments(documents: readonly string[]): Promise<void> {
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: [...documents] });
}

/** A model of the house's own that no price list knows. */
async function rewriteQuery(query: string): Promise<string> {
  const answer = await openai.chat.completions.create({
    model: 'house-rewriter-2',
    messages: [{ role: 'user', content: `Rewrite for full-text search: ${query}` }],
  });
  return answer.choices[0]?.message.content ?? query;
}

async function answerQuestion(question: string): Promise<string> {
  const stream = await openai.responses.create({
    model: 'gpt-5.4',
    instructions: handbook('contracts', 110),
    reasoning: { effort: 'low' },
    input: [{ role: 'user', content: question }],
    stream: true,
  });
  let answer = '';
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') answer += event.delta;
  }
  return answer;
}

const questions = ['notice period', 'liability cap', 'data location', 'renewal', 'price review'];

await withAttribution({ workflow: 'index-documents' }, async () => {
  for await (const batch of arrivals(['a', 'b', 'c', 'd'], 200)) {
    await indexDocuments(questions.map((topic) => handbook(`${topic} (part ${batch})`, 12)));
  }
});
for await (const question of arrivals(questions, 450)) {
  const query = await withAttribution({ workflow: 'query-rewrite' }, () => rewriteQuery(question));
  await withAttribution({ workflow: 'answer-question' }, () => answerQuestion(query));
}
