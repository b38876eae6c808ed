import { describe, expect, it } from 'vitest';

import { LiveBlock } from '../../examples/demo/live-block.ts';

function screen(options: { isTTY: boolean; rows?: number; columns?: number }) {
  let written = '';
  const out = {
    rows: 10,
    columns: 40,
    ...options,
    write(text: string): boolean {
      written += text;
      return true;
    },
  };
  return { out: out as unknown as NodeJS.WriteStream, written: () => written };
}

describe('LiveBlock', () => {
  it('draws over itself on a terminal', () => {
    const { out, written } = screen({ isTTY: true });
    const block = new LiveBlock(out);
    block.draw('a\nb\n');
    block.finish('c\n');
    expect(written()).toBe('a\nb\n\u001B[2A\u001B[Jc\n');
  });

  it('writes only the last elsewhere', () => {
    const { out, written } = screen({ isTTY: false });
    const block = new LiveBlock(out);
    block.draw('a\n');
    block.finish('b\n');
    expect(written()).toBe('b\n');
  });

  it('waits for the end when the window is too small', () => {
    for (const small of [{ rows: 2 }, { columns: 5 }]) {
      const { out, written } = screen({ isTTY: true, ...small });
      const block = new LiveBlock(out);
      block.draw('too wide\nand too tall\n\n');
      block.finish('too wide\nand too tall\n\n');
      expect(written()).toBe('too wide\nand too tall\n\n');
    }
  });
});
