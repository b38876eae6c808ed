import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../../../conventions/error-text.ts';

/** In the order in which one directory is searched. */
const CONFIG_FILE_NAMES: readonly string[] = ['costspan.yaml', 'costspan.yml', 'costspan.json'];

/** 1 MiB: some ten thousand budgets. */
const MAX_CONFIG_BYTES: number = 1024 * 1024;

export interface FoundConfig {
  readonly file: string;
  /** Files of the same directory that lose to `file`. */
  readonly ignored: readonly string[];
}

/** The nearest configuration file from `directory` upward, or `undefined`. */
export function findConfig(directory: string): FoundConfig | undefined {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const [file, ...ignored] = CONFIG_FILE_NAMES.map((name) => join(folder, name)).filter((path) =>
      existsSync(path),
    );
    if (file !== undefined) return { file, ignored };
    if (dirname(folder) === folder) return undefined;
  }
}

export type ReadText = { readonly text: string } | { readonly fault: string };

/**
 * The text of a regular file of at most `maxBytes`, or what is wrong with it: completes "`<file>`
 * …". Never throws, and never waits on a pipe or device.
 */
export function readTextFile(file: string, maxBytes: number = MAX_CONFIG_BYTES): ReadText {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(descriptor).isFile()) return { fault: 'is not a regular file' };
    const buffer = Buffer.allocUnsafe(Math.min(fstatSync(descriptor).size, maxBytes) + 1);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
      if (length > maxBytes) {
        return { fault: `is larger than ${maxBytes / 1024 / 1024} MiB: split or shorten it` };
      }
      if (length === buffer.length) return { fault: 'grew while it was read: save it again' };
    }
    return decode(buffer.subarray(0, length));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return { fault: 'does not exist' };
    if (code === 'EACCES' || code === 'EPERM') {
      return { fault: 'may not be read: give this process the permission' };
    }
    return { fault: `cannot be read: ${messageOf(error)}` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function decode(bytes: Uint8Array): ReadText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { fault: 'is not UTF-8 text: save it as UTF-8' };
  }
}
