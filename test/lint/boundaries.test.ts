import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OXLINT = path.join(ROOT, 'node_modules/oxlint/bin/oxlint');

const AREAS = ['conventions', 'providers', 'processor', 'instrumentation', 'grafana'];

/** One import in one file, and whether the lint refuses it. */
const CASES: readonly (readonly ['refused' | 'allowed', file: string, from: string])[] = [
  ['refused', 'conventions/new.ts', '../providers/table.ts'],
  ['refused', 'providers/new.ts', 'node:fs'],
  ['refused', 'providers/usage/new.ts', '../../processor/engine/engine.ts'],
  ['allowed', 'providers/usage/new.ts', '../../conventions/values.ts'],
  ['refused', 'processor/engine/new.ts', 'node:fs'],
  ['refused', 'processor/engine/loops/new.ts', '@opentelemetry/api'],
  ['refused', 'processor/engine/loops/new.ts', '../../governance/governance.ts'],
  ['refused', 'processor/engine/normalise/vendors/new.ts', '../../../node/call-pipeline.ts'],
  ['allowed', 'processor/engine/normalise/vendors/new.ts', '../../pricing/book.ts'],
  ['allowed', 'processor/engine/loops/new.ts', '../../../providers/usage/openai.ts'],
  ['refused', 'processor/governance/budgets/stores/new.ts', '../../../node/call-pipeline.ts'],
  [
    'refused',
    'processor/governance/budgets/stores/new.ts',
    '../../../../instrumentation/generated/sdks.ts',
  ],
  ['allowed', 'processor/governance/budgets/stores/new.ts', '../../../engine/engine.ts'],
  ['refused', 'processor/node/new.ts', 'some-sdk'],
  ['allowed', 'processor/node/new.ts', '../governance/governance.ts'],
  ['refused', 'instrumentation/core/call/new.ts', '../../../processor/engine/engine.ts'],
  ['refused', 'instrumentation/core/new.ts', '../openai/shapes.ts'],
  ['refused', 'instrumentation/core/new.ts', 'some-sdk'],
  ['allowed', 'instrumentation/core/call/new.ts', '../guard.ts'],
  ['refused', 'instrumentation/brand-new/new.ts', 'brand-new-sdk'],
  ['refused', 'instrumentation/brand-new/wire/new.ts', '@brand/new-sdk/client'],
  ['refused', 'instrumentation/brand-new/new.ts', '../openai/index.ts'],
  ['refused', 'instrumentation/brand-new/new.ts', '../generated/sdks.ts'],
  ['refused', 'instrumentation/brand-new/wire/new.ts', '../../openai/index.ts'],
  ['refused', 'instrumentation/brand-new/new.ts', '../../processor/index.ts'],
  ['allowed', 'instrumentation/brand-new/new.ts', '../core/call/shape.ts'],
  ['allowed', 'instrumentation/brand-new/wire/new.ts', '../shapes.ts'],
  ['allowed', 'instrumentation/brand-new/new.ts', 'node:fs/promises'],
  ['refused', 'grafana/queries/new.ts', '../../processor/engine/engine.ts'],
];

/** `import type` of an SDK in its folder, as a type needs no SDK at run time. */
const TYPE_ONLY = 'instrumentation/brand-new/types.ts';

describe('the boundaries between folders', () => {
  let folder: string;
  let refused: ReadonlySet<string>;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'costspan-lint-'));
    copyFileSync(path.join(ROOT, 'oxlint.config.ts'), path.join(folder, 'oxlint.config.ts'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const write = (file: string, text: string) => {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    };
    CASES.forEach(([, file, from], index) => {
      write(numbered(file, index), `import { x } from '${from}';\nexport const y = x;\n`);
    });
    write(TYPE_ONLY, `import type { X } from 'brand-new-sdk';\nexport type Y = X;\n`);
    const run = spawnSync(process.execPath, [OXLINT, '--format', 'json', ...AREAS], {
      cwd: folder,
      encoding: 'utf8',
    });
    const report = JSON.parse(run.stdout) as {
      diagnostics: readonly { code?: string; filename: string }[];
    };
    refused = new Set(
      report.diagnostics
        .filter(({ code }) => code?.includes('no-restricted-imports'))
        .map(({ filename }) => filename),
    );
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(CASES.map((one, index) => [...one, index] as const))(
    '%s: %s imports %s',
    (verdict, file, _from, index) => {
      expect(refused.has(numbered(file, index))).toBe(verdict === 'refused');
    },
  );

  it('lets an SDK be imported by its types alone', () => {
    expect(refused.has(TYPE_ONLY)).toBe(false);
  });
});

function numbered(file: string, index: number): string {
  return file.replace(/\.ts$/, `-${index}.ts`);
}
