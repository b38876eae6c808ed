import '../../instrumentation/register.ts';
import process from 'node:process';
import OpenAI from 'openai';
import { withAttribution } from '../../processor/node/attribution/index.ts';

/**
 * `begin <team>` begins a background response and prints its id; `read <team> <id>` asks for it until
 * it is over and prints its usage. With `stay` as the last argument the process then waits for a
 * signal.
 */
const [what, team = '', id = ''] = process.argv.slice(2);
const openai = new OpenAI({ apiKey: 'test' });

async function begin(): Promise<string> {
  const body = { model: 'gpt-5', input: 'Write the report.', background: true } as const;
  return (await openai.responses.create(body)).id;
}

async function read(): Promise<string> {
  for (;;) {
    const { status, usage } = await openai.responses.retrieve(id);
    if (status === 'completed') return JSON.stringify(usage);
  }
}

console.log(
  await withAttribution({ team, workflow: `${team}-work` }, what === 'begin' ? begin : read),
);
if (process.argv.at(-1) === 'stay') {
  const stay = setInterval(() => undefined, 1_000);
  process.once('SIGTERM', () => {
    clearInterval(stay);
  });
}
