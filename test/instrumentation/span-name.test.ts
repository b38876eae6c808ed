import { expect, it } from 'vitest';

import { spanNameOf } from '../../instrumentation/core/span-name.ts';

it.each([
  ['chat', 'gpt-5', 'chat gpt-5'],
  ['chat', undefined, 'chat'],
  ['execute_tool', 'a\u001B[2J\nb\u009Bc', 'execute_tool a [2J b c'],
  ['chat', 'модель', 'chat модель'],
])('names a span of %s and %j', (operation, name, expected) => {
  expect(spanNameOf(operation, name)).toBe(expected);
});
