/** The SDK's `ExportResult`. */
export interface ExportResult {
  /** 0 for success. */
  readonly code: number;
  readonly error?: unknown;
}

/**
 * An exporter that answers before its export is over finds under this name, on what it exports, a
 * function to call with the true result, and takes it away to say that it will.
 */
export const EXPORT_ENDED: unique symbol = Symbol.for('costspan.export-ended.1');

/** What is exported, as far as somebody waits for the result. */
export interface TrackedExport {
  [EXPORT_ENDED]?: ((result: ExportResult) => void) | undefined;
}

/** Marks a metric reader that was made just now: nothing of its resource was exported before. */
export const FRESH_READER: unique symbol = Symbol.for('costspan.fresh-reader.1');
