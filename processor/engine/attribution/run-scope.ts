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
  /** Called once at the end, after the process-wide listener. */
  onEnd: (() => void) | undefined = undefined;
  /** Belongs to whoever keeps the totals of runs; nothing here reads it. */
  state: unknown = undefined;

  constructor(parentRun: RunScope | undefined) {
    this.parentRun = parentRun;
  }
}

let endListener: ((run: RunScope) => void) | undefined;

/** Hears of every run that ends. One listener for the process; `undefined` takes it away. */
export function setRunScopeEndListener(listener: ((run: RunScope) => void) | undefined): void {
  endListener = listener;
}

/** Ends a run; called once for each. Never throws. */
export function endRunScope(run: RunScope): void {
  run.ended = true;
  for (const listener of [endListener, run.onEnd]) {
    try {
      listener?.(run);
    } catch {
      // Whoever listens answers for its own failures; the host's result stands.
    }
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
