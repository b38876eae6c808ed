import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateSchema } from '../../processor/governance/config/generate-schema.ts';

const file = new URL('../../costspan.schema.json', import.meta.url);

test('costspan.schema.json is up to date (npm run schema)', () => {
  expect(readFileSync(file, 'utf8')).toBe(generateSchema());
});

test('every key has a sentence for editors, and unknown keys are refused', () => {
  interface Node {
    readonly type?: string;
    readonly description?: string;
    readonly properties?: Readonly<Record<string, Node>>;
    readonly additionalProperties?: unknown;
    readonly items?: Node;
  }
  const keys: string[] = [];
  const visit = (node: Node, path: string) => {
    if (node.properties !== undefined) expect(node.additionalProperties, path).toBe(false);
    for (const [key, child] of Object.entries(node.properties ?? {})) {
      keys.push(`${path}${key}`);
      expect(child.description, `${path}${key}`).toMatch(/^[A-Z].*\.$/);
      visit(child, `${path}${key}.`);
    }
    if (node.items !== undefined) visit(node.items, path);
  };
  visit(JSON.parse(readFileSync(file, 'utf8')) as Node, '');
  expect(keys).toContain('attribution.defaults.team');
  expect(keys).toContain('budgets.limitUsd');
  expect(keys.length).toBeGreaterThan(100);
});
