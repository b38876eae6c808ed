import { readFileSync } from 'node:fs';
import type { Conventions, SourceFile } from './model.ts';
import { readConventions } from './read-registry.ts';
import { checkConventions } from './rules.ts';
import { RegistryError } from './yaml-shape.ts';

/** The YAML files, in the order in which their names appear in what is generated. */
const FILES = [
  'registry/attributes.yaml',
  'registry/cost-proposal.yaml',
  'registry/signals.yaml',
  'upstream/gen-ai.yaml',
];

const ROOT: URL = new URL('../', import.meta.url);

export function readSourceFiles(): readonly SourceFile[] {
  return FILES.map((path) => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }));
}

/**
 * The conventions that `files` define, by default those of this folder. Throws `RegistryError` with
 * every mistake in them.
 */
export function loadConventions(files: readonly SourceFile[] = readSourceFiles()): Conventions {
  const conventions = readConventions(files);
  const problems = checkConventions(conventions);
  if (problems.length > 0) {
    throw new RegistryError(problems);
  }
  return conventions;
}
