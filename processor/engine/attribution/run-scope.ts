/**
 * The run that a `withAttribution` stands for: one for the outermost call, and one for each nested
 * call that names another workflow.
 */
export class RunScope {
  /** 16 hexadecimal digits. */
  readonly id: string = randomRunId();
  /** The run around this one, if it was still going on when this one started. */
  readonly parentRun: RunScope | undefined;
  /**
   * True once the function returned or its promise settled. Calls it started may still be on
   * their way: an SDK's promise is handed through unobserved, so its run ends on return.
   */
  ended = false;
  /** Called once at the end, after the host's own listener. */
  onEnd: (() => void) | undefined = undefined;
  /** Belongs to whoever keeps the totals of runs; nothing here reads it. */
  state: unknown = undefined;

  constructor(parentRun: RunScope | undefined) {
    this.parentRun = parentRun;
  }
}

/** Not a secret, only unlikely to repeat: the same source of chance as OpenTelemetry's ids. */
function randomRunId(): string {
  return randomHex32() + randomHex32();
}

function randomHex32(): string {
  return Math.trunc(Math.random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
}
