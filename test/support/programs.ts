import { accessSync, constants, writeSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { describe, it } from 'vitest';

import { builtProgramsFolder } from './built-programs.ts';

export type ProgramName =
  | 'prometheus'
  | 'promtool'
  | 'alertmanager'
  | 'redis-server'
  | 'docker-compose'
  | 'prometheus3'
  | 'promtool3'
  | 'victoria-metrics'
  | 'collector';

interface Program {
  /** The names it goes by, the likeliest first. */
  readonly commands: readonly string[];
  /** What to do to have it, said where a test is left out. */
  readonly install: string;
  /** Made by `npm run programs`, which needs Go: what lacks Go need not have it. */
  readonly isBuilt?: boolean;
}

const BUILT = { install: 'with Go: npm run programs', isBuilt: true };

/** The programs that tests talk to and a machine may lack. */
const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  prometheus: { commands: ['prometheus'], install: 'apt-get install prometheus' },
  promtool: { commands: ['promtool'], install: 'apt-get install prometheus' },
  alertmanager: {
    commands: ['prometheus-alertmanager', 'alertmanager'],
    install: 'apt-get install prometheus-alertmanager',
  },
  'redis-server': {
    commands: ['redis-server', 'valkey-server'],
    install: 'apt-get install redis-server',
  },
  'victoria-metrics': {
    commands: ['victoria-metrics', 'victoria-metrics-prod'],
    install: 'apt-get install victoria-metrics',
  },
  'docker-compose': { commands: ['docker-compose'], install: 'apt-get install docker-compose' },
  /** Prometheus 3, which has UTF-8 names. */
  prometheus3: { commands: ['prometheus3'], ...BUILT },
  promtool3: { commands: ['promtool3'], ...BUILT },
  /** The OpenTelemetry Collector of grafana/collector/manifest.yaml. */
  collector: { commands: ['costspan-otelcol'], ...BUILT },
};

/** Path of the program, looked for among the built ones and on `PATH`; `undefined` without it. */
export function findProgram(
  name: ProgramName,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return find(PROGRAMS[name].commands, [builtProgramsFolder(env), ...pathOf(env)]);
}

function find(commands: readonly string[], folders: readonly string[]): string | undefined {
  return commands
    .flatMap((command) => folders.map((folder) => join(folder, command)))
    .find(isExecutable);
}

function pathOf(env: NodeJS.ProcessEnv): readonly string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const told = new Set<ProgramName>();

/**
 * Path of the program. Without it: `undefined` and one line on stderr that says what to install,
 * for `describe.skipIf(path === undefined)`; but an error, which fails the test file, where
 * `COSTSPAN_REQUIRE_PROGRAMS` is 1, as it is in `.ci/run`, and the program can be had.
 */
export function requireProgram(
  name: ProgramName,
  env: NodeJS.ProcessEnv = process.env,
  // Past the test runner, which would frame the line or keep it to itself.
  tell: (line: string) => void = (line) => void writeSync(2, line),
): string | undefined {
  const path = findProgram(name, env);
  if (path !== undefined) return path;
  const { install, isBuilt = false } = PROGRAMS[name];
  const how = `${name} is not on this machine (${install})`;
  const canBeHad = !isBuilt || find(['go'], pathOf(env)) !== undefined;
  if (env['COSTSPAN_REQUIRE_PROGRAMS'] === '1' && canBeHad) throw new Error(how);
  if (!told.has(name)) tell(`skipped: ${how}\n`);
  told.add(name);
  return undefined;
}

/** A `describe` whose tests need programs; they are left out, visibly, where one is missing. */
export function describeWithPrograms<const Name extends ProgramName>(
  title: string,
  names: readonly Name[],
  body: (paths: Readonly<Record<Name, string>>) => void,
): void {
  const found = names.map((name) => [name, requireProgram(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length === 0) {
    describe(title, () => body(Object.fromEntries(found) as Record<Name, string>));
  } else {
    it.skip(`${title}: needs ${missing.join(', ')}`);
  }
}
