/**
 * Text that is drawn over itself on a terminal. Elsewhere only the last one is written, so that a
 * log holds no screenfuls.
 */
export class LiveBlock {
  readonly #out: NodeJS.WriteStream;
  #lines = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  draw(text: string): void {
    if (this.#out.isTTY && this.#fits(text)) this.#replace(text);
  }

  /** Draws what stays. */
  finish(text: string): void {
    this.#replace(text);
    this.#lines = 0;
  }

  /** What is taller than the window, or wraps in it, cannot be gone back over. */
  #fits(text: string): boolean {
    const lines = text.split('\n');
    return (
      lines.length <= this.#out.rows && lines.every((line) => line.length <= this.#out.columns)
    );
  }

  #replace(text: string): void {
    const up = this.#lines === 0 ? '' : `\u001B[${this.#lines}A\u001B[J`;
    this.#out.write(up + text);
    this.#lines = text.split('\n').length - 1;
  }
}
