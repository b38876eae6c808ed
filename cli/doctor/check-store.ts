import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { compareVersions } from '../../instrumentation/core/version-range.ts';
import { SCHEMA_VERSION } from '../../processor/governance/budgets/stores/sqlite/tables.ts';
import type { ResolvedConfig } from '../../processor/governance/config/index.ts';
import { shownAddress } from '../../processor/governance/budgets/stores/shown-address.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';
import type { InstalledPackage } from './installed-packages.ts';
import { fail, probeRedis, type StoreVerdict } from './probe-redis.ts';
import { messageOf } from '../../conventions/error-text.ts';

const NAME = 'Budget store';
/** Longest wait for a server, milliseconds. */
const STORE_MS = 3_000;

/** Clients that reach Redis and Valkey, with the oldest version that is supported. */
const CLIENTS: ReadonlyMap<string, string> = new Map([
  ['redis', '4'],
  ['ioredis', '5'],
  ['iovalkey', '0'],
  ['@redis/client', '1'],
]);

export function isStoreClient(name: string): boolean {
  return CLIENTS.has(name);
}

/** Whether budgets could be counted in the store that the configuration names. Changes nothing. */
export async function checkStore(
  { store, budgets }: Pick<ResolvedConfig, 'store' | 'budgets'>,
  packages: readonly InstalledPackage[],
  deadlineMs: number = STORE_MS,
): Promise<Check[]> {
  if (store === 'memory') {
    return [
      check(
        NAME,
        'ok',
        'The memory of each process.',
        budgets.length === 0
          ? ''
          : 'Where several processes share a budget, name one store for all: redis://<host>, or sqlite:<path> on one host.',
      ),
    ];
  }
  if (store.startsWith('sqlite:')) {
    const { status, found } = await checkSqlite(store.slice('sqlite:'.length));
    return [check(NAME, status, found)];
  }
  const shown = shownAddress(store);
  if (!URL.canParse(store)) {
    return [check(NAME, 'fail', `${shown} is no address: write it like redis://<host>:6379.`)];
  }
  const { status, found } = await probeRedis(store, shown, deadlineMs);
  return [...checkClient(packages), check(NAME, status, found)];
}

function checkClient(packages: readonly InstalledPackage[]): Check[] {
  const clients = packages.filter(({ name }) => isStoreClient(name));
  if (clients.length === 0) {
    return [check(NAME, 'fail', 'No client for Redis is installed: run `npm install redis`.')];
  }
  const isUsable = ({ name, version = '0' }: InstalledPackage) =>
    compareVersions(version, CLIENTS.get(name) ?? '0') >= 0;
  if (clients.some(isUsable)) return [];
  const [{ name, version = '?' } = { name: '', version: '' }] = clients;
  const oldest = CLIENTS.get(name) ?? '';
  return [
    check(NAME, 'fail', `${name} ${version} is too old: run \`npm install ${name}@${oldest}\`.`),
  ];
}

async function checkSqlite(path: string): Promise<StoreVerdict> {
  const folder = existingFolder(path);
  try {
    if (!statSync(folder).isDirectory()) return fail(`${path}: ${folder} is no folder.`);
    accessSync(folder, constants.W_OK);
    if (!existsSync(path)) return { status: 'ok', found: `${path}, made by the first budget.` };
    if (!statSync(path).isFile()) return fail(`${path} is no file: name one in store.`);
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return fail(
      `${path} can't be written (${code}): let the service write it and its folder, or name another path.`,
    );
  }
  try {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const row = database.prepare('PRAGMA user_version').get();
      const version = Number(row?.['user_version']);
      return version > SCHEMA_VERSION
        ? fail(
            `${path} was written by a newer costspan (version ${version}, this one knows ${SCHEMA_VERSION}): upgrade, or name another file.`,
          )
        : { status: 'ok', found: path };
    } finally {
      database.close();
    }
  } catch (error) {
    const reason = messageOf(error);
    return fail(`${path} is no SQLite database (${reason}): name another file.`);
  }
}

/** The nearest thing above that is there; what is missing is made. */
function existingFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
