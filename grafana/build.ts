/**
 * Writes the dashboards that Grafana loads, once for each naming. `node grafana/build.ts` writes;
 * with `--check` it writes nothing, names each stale or surplus file and exits with 1.
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildDashboards } from './dashboards/index.ts';
import { NAMINGS, type Naming } from './names.ts';

const ROOT: URL = new URL('./generated/', import.meta.url);

interface Output {
  /** Relative to `grafana/generated/`. */
  readonly path: string;
  readonly text: string;
}

function dashboardFiles(naming: Naming): readonly Output[] {
  return buildDashboards(naming).map((dashboard) => ({
    path: `${naming}/dashboards/${dashboard.uid}.json`,
    text: `${JSON.stringify(dashboard, null, 2)}\n`,
  }));
}

function outputs(): readonly Output[] {
  return NAMINGS.flatMap((naming) => [...dashboardFiles(naming)]);
}

function isStale({ path, text }: Output): boolean {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8') !== text;
  } catch {
    return true;
  }
}

function write({ path, text }: Output): void {
  const file = new URL(path, ROOT);
  mkdirSync(new URL('./', file), { recursive: true });
  writeFileSync(file, text);
}

/** Dashboards that nothing writes any more: Grafana would go on loading them. */
function surplus(written: readonly Output[]): readonly string[] {
  const paths = new Set(written.map(({ path }) => path));
  return globSync('*/dashboards/*.json', { cwd: fileURLToPath(ROOT) }).filter(
    (path) => !paths.has(path),
  );
}

function main(check: boolean): void {
  const all = outputs();
  const stale = all.filter(isStale);
  const extra = surplus(all);
  for (const output of stale) {
    if (check) {
      console.error(`grafana/generated/${output.path} is stale: run \`npm run generate\`.`);
    } else {
      write(output);
      console.log(`grafana/generated/${output.path} written.`);
    }
  }
  for (const path of extra) {
    if (check) {
      console.error(`grafana/generated/${path} is no longer made: run \`npm run generate\`.`);
    } else {
      rmSync(new URL(path, ROOT));
      console.log(`grafana/generated/${path} removed.`);
    }
  }
  process.exitCode = check && stale.length + extra.length > 0 ? 1 : 0;
}

main(process.argv.includes('--check'));
