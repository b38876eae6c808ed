import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';

import { type CommandIo, printable, writeJson } from '../../cli/command-io.ts';
import { renderTable } from '../../cli/render-table.ts';

it('writes out what a terminal would obey', () => {
  expect(printable('\u001B[2Jgone\n\u009B31m\u202Eder')).toBe(
    String.raw`\u001b[2Jgone\u000a\u009b31m\u202eder`,
  );
});

it('lets no cell and no value leave its place', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      const table = renderTable([{ title: 'a' }, { title: 'b' }], [[text, 'end']], 80);
      expect(table.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      let json = '';
      const io = { out: (part: string) => (json += part) } as unknown as CommandIo;
      writeJson(io, { text });
      expect(json.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});
