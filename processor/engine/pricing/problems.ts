/**
 * What pricing found wrong. `bad-usage` is told for every call, so that it can be counted; all
 * others are standing facts, told once each.
 */
export type PricingProblem =
  | 'bad-usage'
  | 'family-guess'
  | 'unknown-tier'
  | 'unrated'
  | 'currency'
  | 'overlay-refused'
  | 'internal';

export type ProblemListener = (message: string, problem: PricingProblem) => void;

/** Problems remembered; past this number standing facts are told again. */
const MOST_REMEMBERED = 1000;

/** Tells standing facts once. Never throws, whatever the listener does. */
export class ProblemReporter {
  readonly #listener: ProblemListener | undefined;
  readonly #told = new Set<string>();

  constructor(listener: ProblemListener | undefined) {
    this.#listener = listener;
  }

  report(problem: PricingProblem, message: string): void {
    if (problem !== 'bad-usage') {
      if (this.#told.has(message)) return;
      if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
      this.#told.add(message);
    }
    try {
      this.#listener?.(message, problem);
    } catch {
      // A listener of the wiring must not reach the host's call.
    }
  }
}
