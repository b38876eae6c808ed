import { RecentMap } from '../../../engine/loops/recent-map.ts';

/** Workflow and model pairs remembered. */
const MOST_KEYS = 1_000;
/** Latest outputs kept of each. */
const MOST_OUTPUTS = 64;
/** It is worked out anew after so many. */
const OUTPUTS_BETWEEN = 16;
/** Before so many calls the defaults hold. */
const ENOUGH = 10;
const EWMA_WEIGHT = 0.1;
/** Dense text has about 3 bytes a token; English about 4. */
const DEFAULT_BYTES_PER_TOKEN = 3;
/** Deviations below the mean that hardly any call falls under. */
const CAUTION = 2.33;

class Observations {
  readonly #outputs: number[] = [];
  #next = 0;
  #p95: number | undefined;
  #ratioMean = 0;
  #ratioVariance = 0;
  #ratios = 0;

  observe(bytesPerToken: number | undefined, output: number | undefined): void {
    if (output !== undefined) {
      this.#outputs[this.#next % MOST_OUTPUTS] = output;
      this.#next += 1;
      if (this.#next % OUTPUTS_BETWEEN === 0) this.#p95 = undefined;
    }
    if (bytesPerToken === undefined) return;
    if (this.#ratios === 0) this.#ratioMean = bytesPerToken;
    const difference = bytesPerToken - this.#ratioMean;
    this.#ratioMean += EWMA_WEIGHT * difference;
    this.#ratioVariance =
      (1 - EWMA_WEIGHT) * (this.#ratioVariance + EWMA_WEIGHT * difference * difference);
    this.#ratios += 1;
  }

  get bytesPerToken(): number {
    if (this.#ratios < ENOUGH) return DEFAULT_BYTES_PER_TOKEN;
    return Math.max(1, this.#ratioMean - CAUTION * Math.sqrt(this.#ratioVariance));
  }

  /** The output that 95 of 100 calls stay under; `undefined` before enough are seen. */
  get outputP95(): number | undefined {
    if (this.#next < ENOUGH) return undefined;
    if (this.#p95 === undefined) {
      const sorted = this.#outputs.toSorted((a, b) => a - b);
      this.#p95 = sorted[Math.min(sorted.length - 1, Math.ceil(0.95 * sorted.length) - 1)];
    }
    return this.#p95;
  }
}

/** What calls of a workflow to a model have been like, for estimates that need not be bounds. */
export class Calibration {
  readonly #observations = new RecentMap<Observations>(MOST_KEYS);
  #lastKey = { workflow: '', provider: '', model: '', key: '\n\n' };

  /** Key of the calls of a workflow to a model. Calls come in rows, so the last one is kept. */
  keyOf(workflow: string, provider: string, model: string): string {
    const last = this.#lastKey;
    if (last.model !== model || last.workflow !== workflow || last.provider !== provider) {
      const key = `${workflow}\n${provider}\n${model}`;
      this.#lastKey = { workflow, provider, model, key };
    }
    return this.#lastKey.key;
  }

  /** Learns from a call that the provider counted. `bytes` is what {@link RequestSize} said. */
  observe(
    key: string,
    bytes: number | undefined,
    inputTokens: number | undefined,
    outputTokens: number | undefined,
  ): void {
    let observations = this.#observations.get(key);
    if (observations === undefined) {
      observations = new Observations();
      this.#observations.set(key, observations);
    }
    const ratio =
      bytes !== undefined && inputTokens !== undefined && inputTokens > 0
        ? bytes / inputTokens
        : undefined;
    observations.observe(ratio, outputTokens);
  }

  bytesPerToken(key: string): number {
    return this.#observations.get(key)?.bytesPerToken ?? DEFAULT_BYTES_PER_TOKEN;
  }

  outputP95(key: string): number | undefined {
    return this.#observations.get(key)?.outputP95;
  }
}
