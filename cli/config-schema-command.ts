import type { CommandIo } from './command-io.ts';
import { EXIT_OK } from './exit-codes.ts';
import { readOwnFile } from './package-info.ts';

/** `costspan config schema`: the JSON Schema that editors check the file with. */
export function configSchemaCommand(io: CommandIo): number {
  io.out(readOwnFile('costspan.schema.json'));
  return EXIT_OK;
}
