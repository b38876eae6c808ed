import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scanPackages } from '../../cli/doctor/installed-packages.ts';
import { fitRange } from '../../instrumentation/core/version-range.ts';
import { appFolder, manifest } from './support.ts';

const wanted = (name: string) => name === 'openai' || name === '@anthropic-ai/sdk';

/** Name, version, path from `folder`, and whether the app's own import finds it. */
function scan(folder: string, from = folder) {
  return scanPackages(from, wanted).packages.map((found) => [
    found.name,
    found.version,
    found.folder.slice(folder.length + 1),
    found.isTopLevel,
  ]);
}

describe('scanPackages', () => {
  test('finds scoped, nested and aliased copies, and those of folders above', () => {
    const folder = appFolder({
      'package.json': '{}',
      'node_modules/openai/package.json': manifest('openai', '6.0.0'),
      'node_modules/openai4/package.json': manifest('openai', '4.1.0'),
      'node_modules/left-pad/package.json': manifest('left-pad', '1.0.0'),
      'node_modules/framework/package.json': manifest('framework', '1.0.0'),
      'node_modules/framework/node_modules/@anthropic-ai/sdk/package.json': manifest(
        '@anthropic-ai/sdk',
        '0.30.0',
      ),
      'apps/web/package.json': '{}',
      'apps/web/src/index.js': '',
      'apps/web/node_modules/openai/package.json': manifest('openai', '7.2.0'),
    });
    expect(scan(folder, join(folder, 'apps/web/src'))).toEqual([
      [
        '@anthropic-ai/sdk',
        '0.30.0',
        'node_modules/framework/node_modules/@anthropic-ai/sdk',
        false,
      ],
      ['openai', '7.2.0', 'apps/web/node_modules/openai', true],
      ['openai', '6.0.0', 'node_modules/openai', false],
      ['openai', '4.1.0', 'node_modules/openai4', false],
    ]);
  });

  test('names a copy once, however many links lead to it, and ends at a ring of links', () => {
    const folder = appFolder({
      'package.json': '{}',
      'node_modules/.pnpm/openai@7.0.0/node_modules/openai/package.json': manifest(
        'openai',
        '7.0.0',
      ),
    });
    const real = join(folder, 'node_modules/.pnpm/openai@7.0.0/node_modules/openai');
    symlinkSync(real, join(folder, 'node_modules/openai'));
    mkdirSync(join(real, 'node_modules'));
    symlinkSync(real, join(real, 'node_modules/openai'));
    expect(scan(folder)).toEqual([
      ['openai', '7.0.0', 'node_modules/.pnpm/openai@7.0.0/node_modules/openai', true],
    ]);
  });

  test('bears broken manifests, dangling links and no folder at all', () => {
    const folder = appFolder({
      'package.json': '{}',
      'node_modules/openai/package.json': '{ "name": "openai", "version": 7 }',
      'node_modules/broken/package.json': '{',
      'node_modules/null/package.json': 'null',
      'node_modules/file': '',
    });
    symlinkSync(join(folder, 'gone'), join(folder, 'node_modules/dangling'));
    expect(scan(folder)).toEqual([['openai', undefined, 'node_modules/openai', true]]);
    expect(scanPackages(join(folder, 'not/there'), wanted).appFolder).toBe(folder);
  });

  test('says that Plug’n’Play hides packages', () => {
    const folder = appFolder({ 'package.json': '{}', '.pnp.cjs': '' });
    expect(scanPackages(folder, wanted).notes).toEqual([expect.stringContaining('Yarn')]);
  });
});

test.each([
  ['7.57.0', '4 to 7', 'within'],
  ['4.0.0', '4 to 7', 'within'],
  ['3.9.9', '4 to 7', 'older'],
  ['8.0.0', '4 to 7', 'newer'],
  ['10.1.0', '4 to 7', 'newer'],
  ['0.27.0', '0.27 to 1.x', 'within'],
  ['0.137.2', '0.27 to 1.x', 'within'],
  ['0.9.0', '0.27 to 1.x', 'older'],
  ['1.12.0-beta.1', '0.27 to 1.x', 'within'],
  ['2.0.0', '0.27 to 1.x', 'newer'],
  ['5.1.0', '5', 'within'],
  [undefined, '4 to 7', 'unknown'],
  ['workspace', '4 to 7', 'unknown'],
])('version %s is %s: %s', (version, range, fit) => {
  expect(fitRange(version, range)).toBe(fit);
});
