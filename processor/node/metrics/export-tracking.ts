import { EXPORT_ENDED, type ExportResult, type TrackedExport } from '../../../conventions/index.ts';
import { outcomeOf } from './export-outcome.ts';
import { type ReaderTimeline, type Round, settle } from '../../engine/metrics/reader-timeline.ts';

/** What we use of a reader that exports by itself, of SDK 2.x and 3.x. */
export interface ExportingReader {
  readonly _exporter?: Exporter | undefined;
  readonly _maxExportBatchSize?: number | undefined;
}

interface Exporter {
  export(metrics: object, done: (result: ExportResult) => void): void;
}

/**
 * Whether it hands each collection whole to an exporter. One that cuts it up would send our points
 * of the past behind those of the present.
 */
export function isExporting({ _exporter, _maxExportBatchSize }: ExportingReader): boolean {
  return typeof _exporter?.export === 'function' && _maxExportBatchSize === undefined;
}

/**
 * Tells `timeline` what becomes of the exports of `reader`. The exporter gets what it would have got,
 * and so does who waits for it. Returns false where that cannot be.
 */
export function trackExports(
  { _exporter: exporter }: ExportingReader,
  timeline: ReaderTimeline,
): boolean {
  if (exporter === undefined) return false;
  const send = exporter.export;
  try {
    exporter.export = function (metrics, done) {
      const round = timeline.takeOpen();
      if (round === undefined) send.call(exporter, metrics, done);
      else sendTracked(send.bind(exporter), metrics, done, round);
    };
    return true;
  } catch {
    return false;
  }
}

function sendTracked(
  send: Exporter['export'],
  metrics: object,
  done: (result: ExportResult) => void,
  round: Round,
): void {
  let isSent = false;
  const end = (result: ExportResult): void => {
    settle(round, outcomeOf(result, isSent));
  };
  const tracked: TrackedExport = metrics;
  // False for an object that takes no property: then nobody takes it away either.
  const mark = { value: end, configurable: true, writable: true };
  const isMarked = Reflect.defineProperty(metrics, EXPORT_ENDED, mark);
  try {
    send(metrics, (result) => {
      // Who has taken the function away calls it later.
      if (!isMarked || tracked[EXPORT_ENDED] !== undefined) end(result);
      done(result);
    });
  } catch (error) {
    settle(round, 'refused');
    throw error;
  }
  isSent = true;
}
