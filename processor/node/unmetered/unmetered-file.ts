import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One host that was asked past every instrumentation. */
export interface UnmeteredHost {
  /** `server.address`. */
  readonly host: string;
  /** `file:line:column` of the application's code that asked first; absent where it is unknown. */
  readonly caller?: string | undefined;
  /** ISO 8601. */
  readonly firstSeen: string;
}

const PLACE = ['node_modules', '.cache', 'costspan', 'unmetered.json'] as const;

/** The nearest folder upward that has `node_modules`, where packages may keep what they remember. */
function cacheFile(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, PLACE[0]))) return join(at, ...PLACE);
    if (dirname(at) === at) return undefined;
  }
}

/** What earlier runs of the application at `folder` noted; empty where there is nothing to read. */
export function readUnmetered(folder: string): readonly UnmeteredHost[] {
  const file = cacheFile(folder);
  if (file === undefined || !existsSync(file)) return [];
  try {
    const hosts: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(hosts) ? hosts.filter(isUnmeteredHost) : [];
  } catch {
    return [];
  }
}

/**
 * Notes a host for `costspan doctor`, which looks at the application from another process. Never
 * throws: on a read-only disk there is nothing to note it on, and the log and the metric told it.
 */
export function noteUnmetered(folder: string, host: UnmeteredHost): void {
  try {
    const file = cacheFile(folder);
    if (file === undefined) return;
    const others = readUnmetered(folder).filter((other) => other.host !== host.host);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify([...others, host], null, 2)}\n`);
  } catch {
    // Told already.
  }
}

function isUnmeteredHost(value: unknown): value is UnmeteredHost {
  const { host, firstSeen } = (value ?? {}) as Partial<UnmeteredHost>;
  return typeof host === 'string' && typeof firstSeen === 'string';
}
