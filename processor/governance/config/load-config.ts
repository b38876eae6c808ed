import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { ConfigProblem, CostspanConfig, LoadedConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { findConfig, readTextFile } from './find-config.ts';
import type { parseConfig } from './parse-config.ts';
import { resolveConfig } from './resolve-config.ts';
import { messageOf } from '../../../conventions/error-text.ts';

export interface LoadConfigOptions {
  /** Where the search begins. Default the working directory. */
  readonly cwd?: string | undefined;
  /** Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * The configuration in force. Synchronous; never throws.
 *
 * A file with any error is not used at all: half of a set of rules about money is worse than the
 * documented defaults. Environment variables hold either way.
 */
export function loadConfig(options: LoadConfigOptions = {}): LoadedConfig {
  const env = options.env ?? process.env;
  const folder = workingDirectory(options.cwd);
  const environment = readEnvironment(env);
  const problems: ConfigProblem[] = [];

  let file: string | undefined;
  if (environment.file === undefined) {
    const found = findConfig(folder);
    file = found?.file;
    for (const ignored of found?.ignored ?? []) {
      problems.push(aboutFile(ignored, 'warning', `is ignored, because ${file} is beside it`));
    }
  } else {
    file = resolve(folder, environment.file);
  }

  const read = file === undefined ? { config: {}, problems: [] } : readConfigFile(file);
  problems.push(...read.problems);
  const fileFolder = file === undefined ? folder : dirname(file);
  const config = resolveConfig(read.config ?? {}, environment, {
    file: fileFolder,
    environment: folder,
  });
  if (file !== undefined && read.config === undefined) {
    problems.push(
      aboutFile(file, 'warning', 'is not used until that is mended: the defaults apply'),
    );
  }
  return { config, file, problems: [...problems, ...environment.problems] };
}

/** The checked content of `file`; `config` is absent when there is an error. Never throws. */
export function readConfigFile(file: string): {
  readonly config: CostspanConfig | undefined;
  readonly problems: readonly ConfigProblem[];
} {
  const read = readTextFile(file);
  if ('fault' in read) {
    return { config: undefined, problems: [aboutFile(file, 'error', read.fault)] };
  }
  try {
    return loadParser().parseConfig(read.text, file);
  } catch (error) {
    const reason = messageOf(error);
    return {
      config: undefined,
      problems: [aboutFile(file, 'error', `cannot be checked: ${reason}`)],
    };
  }
}

export function aboutFile(
  file: string,
  severity: ConfigProblem['severity'],
  sentence: string,
): ConfigProblem {
  return {
    severity,
    message: `${file} ${sentence}.`,
    file,
    line: undefined,
    path: undefined,
  };
}

/** The YAML parser and the validator cost an app without a file nothing: they load here. */
function loadParser(): { readonly parseConfig: typeof parseConfig } {
  const require = createRequire(import.meta.url);
  // Literal, for the tools that follow files: the build leads it to a file (`scripts/bundle.ts`).
  return require('./parse-config.ts') as { readonly parseConfig: typeof parseConfig };
}

/** `process.cwd()` throws when the directory is gone. */
function workingDirectory(given: string | undefined): string {
  try {
    return resolve(given ?? process.cwd());
  } catch {
    return '/';
  }
}
