import { createHash } from 'node:crypto';
import type { Overlay } from '../../engine/pricing/overlay.ts';
import { readOverlay } from '../../engine/pricing/read-overlay.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Reads a price file, YAML or JSON. Throws `OverlayError` with one sentence on the first mistake.
 *
 * @param path the file's name for messages.
 */
export function parseOverlay(text: string, path: string): Overlay {
  const value = readYaml(text, path);
  return readOverlay(value, path, createHash('sha256').update(text).digest('hex'));
}
