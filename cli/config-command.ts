import { resolve } from 'node:path';
import { loadConfig } from '../processor/governance/config/index.ts';
import type { LoadedConfig } from '../processor/governance/config/index.ts';
import { writeJson } from './command-io.ts';
import type { CommandIo } from './command-io.ts';
import { EXIT_FINDING, EXIT_OK } from './exit-codes.ts';
import { loadOverlay } from './load-overlay.ts';

/** `costspan config check [file]`: every problem of the file, and of the price overlay it names. */
export async function checkConfigCommand(
  io: CommandIo,
  file: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const loaded = loadConfig({
    cwd: io.cwd,
    env: file === undefined ? io.env : { ...io.env, COSTSPAN_CONFIG: resolve(io.cwd, file) },
  });
  const problems = [
    ...loaded.problems.map(({ severity, message, line, path }) => ({
      severity,
      message,
      line,
      path,
    })),
    ...(await overlayProblem(loaded)),
  ];
  const isUsable = problems.every(({ severity }) => severity !== 'error');
  if (options.json) {
    writeJson(io, { ok: isUsable, file: loaded.file, problems });
  } else {
    for (const { severity, message } of problems) io.out(`${severity}: ${message}\n`);
    io.out(`${summary(loaded.file, problems)}\n`);
  }
  return isUsable ? EXIT_OK : EXIT_FINDING;
}

async function overlayProblem({ config }: LoadedConfig) {
  const { fault } = await loadOverlay(config);
  if (fault === undefined) return [];
  return [{ severity: 'error', message: fault, line: undefined, path: 'pricing.overlay' }] as const;
}

function summary(
  file: string | undefined,
  problems: readonly { readonly severity: string }[],
): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) return `${errors} ${errors === 1 ? 'error' : 'errors'}.`;
  return file === undefined
    ? 'No costspan.yaml, costspan.yml or costspan.json here or above: the defaults apply.'
    : `${file} is valid.`;
}
