/**
 * Stands in for the executable of Claude Code: for each line on its input it writes the messages
 * that the environment holds for that turn, in the format the SDK asks for.
 */
import { createInterface } from 'node:readline';

const turns = JSON.parse(process.env.TURNS ?? '[]');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'crash') process.exit(1);
  for (const message of turns.shift() ?? []) process.stdout.write(`${JSON.stringify(message)}\n`);
}
