import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../support/temp-app.ts';

const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: repositoryRoot }).sort()];

/** What a page's links and pictures lead to within the repository, relative to the page. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The names by which headings of a page are linked. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function read(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

describe.each(PAGES)('%s', (page) => {
  it('links to what exists', () => {
    const broken = linksOf(read(page)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(repositoryRoot, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

it('finds links of every kind, and none in code', () => {
  const text =
    '[a](b.md#c) ![d](e.png) `[f](g)` [h](https://i.example) [j](#k)\n```\n[l](m)\n```\n';
  expect(linksOf(text)).toEqual(['b.md#c', 'e.png', '#k']);
  expect(anchorsOf('# A b: `c-d`\n## E')).toEqual(['a-b-c-d', 'e']);
});
