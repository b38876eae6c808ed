import { guarded } from '../core/guard.ts';
import { jobEnded } from '../core/job/jobs.ts';
import type { Method } from '../core/patch.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import { isDone, readTranscript } from './shapes.ts';

/** Whoever fetches a transcript that is done has seen the end of its call. */
export function seesTranscripts(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const fetched: unknown = original.apply(this, args);
    if (!(fetched instanceof Promise)) return fetched;
    return fetched.then((transcript: unknown) => {
      guarded('read-body', () => sawTranscript(transcript), undefined);
      return transcript;
    });
  };
}

function sawTranscript(transcript: unknown): void {
  const id = asString(asDictionary(transcript)?.['id']);
  if (id === undefined || !isDone(transcript)) return;
  jobEnded('assemblyai', id, (record) => readTranscript(record, transcript));
}
