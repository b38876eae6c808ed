import { readFileSync, globSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExpectedAnswer, inOrder, type Vectors } from './expected.ts';
import { type NodeHost, startNodeHost } from './node-replay.ts';
import type { VectorSpan } from './spans.ts';

const FOLDER = new URL('generated/', import.meta.url);
const FILES = globSync('*/*.json', { cwd: FOLDER }).toSorted();

let host: NodeHost;
beforeEach(() => {
  host = startNodeHost();
});
afterEach(() => host.stop());

/** The attributes that a span has once it was changed. */
function changed({ attributes }: VectorSpan, answer: ExpectedAnswer | undefined): object {
  const all: Record<string, unknown> = { ...attributes };
  for (const key of answer?.remove ?? []) Reflect.deleteProperty(all, key);
  return { ...all, ...answer?.set };
}

describe('a Node process', () => {
  it.each(FILES)('meets the vectors of %s', async (file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    const { pieces, metrics } = JSON.parse(text) as Omit<Vectors, 'name'>;
    expect(pieces.length).toBeGreaterThan(0);
    for (const { title, spans, answers } of pieces) {
      const shown = host.replay(spans);
      expect(shown.size).toBe(spans.length);
      for (const span of spans) {
        const answer = answers.find(({ spanId }) => spanId === span.spanId);
        expect({ title, span: span.name, attributes: shown.get(span.spanId) }).toEqual({
          title,
          span: span.name,
          attributes: changed(span, answer),
        });
      }
    }
    expect(inOrder(await host.metrics())).toEqual(metrics);
  });
});
