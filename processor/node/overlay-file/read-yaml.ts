import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { OverlayError } from '../../engine/pricing/overlay-error.ts';
import { messageOf } from '../../../conventions/error-text.ts';

/** Largest price file, in bytes of UTF-8: about 3,000 models. */
export const MOST_OVERLAY_BYTES: number = 512 * 1024;

/** Deeper than any price file; recursion in the parser ends the process's patience, not ours. */
const MOST_DEPTH = 24;

/** Loaded with the first overlay: services without one never pay for the parser (20 ms). */
let library: typeof Yaml | undefined;

function yaml(): typeof Yaml {
  library ??= createRequire(import.meta.url)('yaml') as typeof Yaml;
  return library;
}

/**
 * Reads YAML or JSON as plain values. Throws `OverlayError` for what is no YAML, and for what is
 * but has no place in a price file: aliases, repeated keys, tags of its own, more than one
 * document, deep nesting.
 */
export function readYaml(text: string, file: string): unknown {
  const fail = (sentence: string, cause?: unknown): never => {
    throw new OverlayError(file, '', `${sentence}.`, { cause });
  };
  if (text.length > MOST_OVERLAY_BYTES || Buffer.byteLength(text) > MOST_OVERLAY_BYTES) {
    fail(
      `is larger than ${MOST_OVERLAY_BYTES / 1024} KiB: keep only what differs from list prices`,
    );
  }
  if (isDeep(text)) fail(`is nested more than ${MOST_DEPTH} levels deep: a price file needs four`);

  const { Composer, LineCounter, Parser } = yaml();
  const lines = new LineCounter();
  let value: unknown;
  try {
    const tokens: Yaml.CST.Token[] = [];
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      // The first fault is told; going on after it takes seconds for a hostile text.
      if (token.type === 'error') {
        fail(`is not YAML at line ${lines.linePos(token.offset).line}: ${oneLine(token.message)}`);
      }
      tokens.push(token);
    }
    // The parser's own search for repeated keys compares each with each: two minutes for 1 MB.
    const options = { uniqueKeys: false, stringKeys: true, logLevel: 'silent' } as const;
    const [document, second] = new Composer(options).compose(tokens, true, text.length);
    if (second !== undefined) fail('holds more than one document: keep one');
    const fault = document?.errors[0] ?? document?.warnings[0];
    if (fault !== undefined) {
      fail(`is not YAML at line ${lines.linePos(fault.pos[0]).line}: ${oneLine(fault.message)}`);
    }
    if (document !== undefined) {
      refuseRepeatedKeys(document.contents, file, lines);
      value = document.toJS({ maxAliasCount: 0 });
    }
  } catch (error) {
    if (error instanceof OverlayError) throw error;
    const reason = messageOf(error);
    fail(
      /alias/i.test(reason)
        ? 'uses YAML aliases (*name): write the values out'
        : `cannot be read as YAML: ${oneLine(reason)}`,
      error,
    );
  }
  return value;
}

/** A cheap look before parsing; brackets inside of quoted text count too, and no file has 24. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 91 || code === 123) {
      depth += 1;
      if (depth > MOST_DEPTH) return true;
    } else if (code === 93 || code === 125) {
      depth = Math.max(0, depth - 1);
    }
  }
  return /^\s*(?:[-?][ \t]+){12}/m.test(text);
}

function refuseRepeatedKeys(root: unknown, file: string, lines: Yaml.LineCounter): void {
  const { isMap, isScalar, isSeq } = yaml();
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isSeq(node)) open.push(...node.items);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? key.value : key;
      if (seen.has(name)) {
        const line = isScalar(key) && key.range ? lines.linePos(key.range[0]).line : 0;
        throw new OverlayError(
          file,
          '',
          `says "${oneLine(String(name))}" twice at line ${line}: keep one.`,
        );
      }
      seen.add(name);
      open.push(value ?? null);
    }
  }
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  return flat.length > 160 ? `${flat.slice(0, 159)}…` : flat;
}
