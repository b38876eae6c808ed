import type { Attribution } from '../../../conventions/index.ts';

/** Where a value came from, strongest first. */
export type AttributionSource = 'code' | 'environment' | 'baggage' | 'defaults';

/** Values of one source while they are being put together. */
export type MutableAttribution = { -readonly [Key in keyof Attribution]: Attribution[Key] };
