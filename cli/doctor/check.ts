export type CheckStatus = 'ok' | 'info' | 'warn' | 'fail';

/** One line of the doctor's report. */
export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, and for `warn` and `fail` what to do about it. */
  readonly found: string;
}

export function check(name: string, status: CheckStatus, ...sentences: string[]): Check {
  return { name, status, found: sentences.filter((sentence) => sentence !== '').join(' ') };
}
