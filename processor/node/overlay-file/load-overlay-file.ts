import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import type { Overlay } from '../../engine/pricing/overlay.ts';
import { OverlayError } from '../../engine/pricing/overlay-error.ts';
import { parseOverlay } from './parse-overlay.ts';
import { MOST_OVERLAY_BYTES } from './read-yaml.ts';

/**
 * Reads and checks a price file. Rejects with `OverlayError`, also when the file is missing, not a
 * plain file, or larger than 512 KiB, which is then not read.
 */
export async function loadOverlayFile(path: string): Promise<Overlay> {
  return parseOverlay(await readLimited(path), path);
}

async function readLimited(path: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer that may never come.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (!stats.isFile()) throw new OverlayError(path, '', 'is not a plain file.');
    if (stats.size > MOST_OVERLAY_BYTES) {
      throw new OverlayError(
        path,
        '',
        `has ${Math.round(stats.size / 1024)} KiB, more than the ${MOST_OVERLAY_BYTES / 1024} KiB that are read: keep only what differs from list prices.`,
      );
    }
    // One byte more than allowed, in case the file grows meanwhile; the parser counts again.
    const buffer = Buffer.alloc(MOST_OVERLAY_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    return buffer.toString('utf8', 0, length);
  } catch (error) {
    if (error instanceof OverlayError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const sentence =
      code === 'ENOENT'
        ? 'does not exist: mend pricing.overlay in the configuration.'
        : `cannot be read (${code || String(error)}).`;
    throw new OverlayError(path, '', sentence, { cause: error });
  } finally {
    await handle?.close();
  }
}
