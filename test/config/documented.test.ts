import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../processor/governance/config/parse-config.ts';

const blocks = ['README.md', 'docs/budgets.md'].flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text = ''], index) => [`${file}, block ${index + 1}`, text] as const,
  ),
);

test.each(blocks)('the configuration in %s is a valid one', (name, text) => {
  expect(parseConfig(text, name).problems).toEqual([]);
});
