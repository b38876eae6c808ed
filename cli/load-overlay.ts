import type { ResolvedConfig } from '../processor/governance/config/index.ts';
import { loadOverlayFile } from '../processor/node/overlay-file/load-overlay-file.ts';
import type { Overlay } from '../processor/engine/pricing/index.ts';
import { messageOf } from '../conventions/error-text.ts';

/** The price overlay that `config` names, or what is wrong with it. Never rejects. */
export async function loadOverlay(config: ResolvedConfig): Promise<{
  readonly overlay?: Overlay;
  readonly fault?: string;
}> {
  const { overlay: path } = config.pricing;
  if (path === undefined) return {};
  try {
    return { overlay: await loadOverlayFile(path) };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}
