import type { RateClass, Rates } from './rates.ts';
import type { NamePattern } from './name-pattern.ts';
import type { GeoPrices } from './geography.ts';
import type { TierPrices } from './service-tiers.ts';

/** What the customer adds to the price book, checked. All money is per unit of `Rates`. */
export interface Overlay {
  readonly file: string;
  /** Of the file's text, in hex. */
  readonly sha256: string;
  /** Currency of every amount in the file, ISO 4217. */
  readonly currency: string;
  readonly fx: readonly FxRate[];
  readonly models: readonly OverlayModel[];
  readonly discounts: readonly Discount[];
  readonly deployments: readonly Deployment[];
  readonly tiers: readonly TierOverride[];
  /** By the book's provider id. Replaces what is built in for that provider. */
  readonly geo: ReadonlyMap<string, GeoPrices>;
  readonly modelTiers: readonly ModelTierRule[];
}

/** One unit of `from` is `rate` units of `to`, from the start of a UTC day on. */
export interface FxRate {
  readonly from: string;
  readonly to: string;
  readonly rate: number;
  readonly onMs: number;
}

/** A model that the book lacks, or whose listed rates do not hold for the customer. */
export interface OverlayModel {
  /** The book's provider id, or the provider's name where the book has none. */
  readonly provider: string;
  readonly model: string;
  /** Lower case, `model` included. */
  readonly names: readonly string[];
  readonly rates: Rates;
  /** Own hardware: a call costs nothing more, and the hours are shared out by reports. */
  readonly capacity?: Capacity | undefined;
  readonly maxOutput?: number | undefined;
  /** The customer's word for the class of the model. */
  readonly modelTier?: string | undefined;
  /** Set by `iKnow: true`: unlikely figures are meant. */
  readonly isConfirmed: boolean;
}

export interface Capacity {
  readonly gpuHourUsd: number;
  readonly gpus: number;
}

/** A negotiated change of list prices for calls in `[fromMs, untilMs)`. */
export interface Discount {
  readonly id: string;
  /** The book's provider id. */
  readonly provider?: string | undefined;
  readonly model?: NamePattern | undefined;
  /** Our name of a service tier. */
  readonly tier?: string | undefined;
  /** Classes it applies to. */
  readonly classes: readonly RateClass[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly change: { readonly multiply: number } | { readonly set: Rates };
  /** Discounts that meet on one call are applied by rising order. */
  readonly order?: number | undefined;
}

/** The model behind a name that the customer chose. */
export interface Deployment {
  readonly provider: string;
  readonly name: string;
  readonly model: string;
  /** Where it runs, where that has a price: `data-zone`, `regional`, or a key of `geo`. */
  readonly place?: string | undefined;
}

export interface TierOverride {
  readonly provider: string;
  readonly model?: NamePattern | undefined;
  readonly tiers: TierPrices;
}

export interface ModelTierRule {
  readonly provider?: string | undefined;
  readonly model: NamePattern;
  readonly modelTier: string;
}
