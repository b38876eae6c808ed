import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { type NativeDashboard, nativeDashboard } from '../../grafana/dashboards/native.ts';
import { repositoryRoot, tempApp } from '../support/temp-app.ts';

const TYPESCRIPT = join(repositoryRoot, 'node_modules/typescript/bin/tsc');
const OPTIONS = '--noEmit --strict --module esnext --moduleResolution bundler --ignoreConfig';

/** What Grafana's published types of its schema say about dashboards that are literals; nothing is right. */
async function complaintsAbout(dashboards: readonly NativeDashboard[]): Promise<string> {
  using app = tempApp({
    'check.ts': [
      "import type { Spec } from '@grafana/schema/apis/dashboard.grafana.app/v2';",
      ...dashboards.map(
        ({ spec }, index) =>
          `export const d${index} = ${JSON.stringify(spec, null, 1)} satisfies Spec;`,
      ),
    ].join('\n'),
  });
  try {
    await promisify(execFile)(
      process.execPath,
      [TYPESCRIPT, ...OPTIONS.split(' '), app.file('check.ts')],
      { cwd: app.path },
    );
    return '';
  } catch (error) {
    return String(Reflect.get(error as Error, 'stdout'));
  }
}

/** The other namings differ in their queries alone. */
const natives = buildDashboards('otlp').map(nativeDashboard);

describe("dashboards in the native schema, by the types of Grafana's own schema", () => {
  it('are what Grafana 13 reads', async () => {
    expect(natives.length).toBeGreaterThan(6);
    expect(await complaintsAbout(natives)).toBe('');
  }, 60_000);

  it('would not be with words, keys or parts that it does not know', async () => {
    const [first] = natives as [NativeDashboard];
    const wrong = [
      { cursorSync: 'Crosshairs' },
      { nonsense: 1 },
      { elements: { 'panel-1': { kind: 'Panel' } } },
    ].map((changed): NativeDashboard => ({
      ...first,
      spec: { ...first.spec, ...changed } as NativeDashboard['spec'],
    }));
    const complaints = await complaintsAbout(wrong);
    expect(complaints).toMatch(/"Crosshairs"' is not assignable/);
    expect(complaints).toMatch(/'"?nonsense"?' does not exist/);
    expect(complaints).toMatch(/'spec'/);
  }, 60_000);
});
