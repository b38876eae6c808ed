import { fileURLToPath } from 'node:url';
import { ownRoot } from '../../../conventions/own-root.ts';

/** Frames looked through; SDKs put dozens of their own before the application's. */
const FRAMES = 60;

/** `at name (place)`, `at async name (place)`, `at place`. A folder's name may hold parentheses. */
const FRAME = /^\s*at (?:async )?(?:.*? \()?((?:file:\/\/|[/\\]|[A-Za-z]:[/\\]).*:\d+:\d+)\)?$/;

/** Our own files, which are in no node_modules where costspan is linked. In a bundle none is ours alone. */
const OWN_FOLDERS = ['processor/', 'instrumentation/', 'conventions/', 'providers/', 'chunks/'];

/**
 * `file:line:column` of the innermost caller outside of node_modules, Node itself and costspan;
 * `undefined` where the stack does not reach back to one. Takes some 0.1 ms.
 */
export function callerFrame(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack } = new Error('caller');
  Error.stackTraceLimit = limit;
  return applicationFrame(stack);
}

/** The same of a stack; an application may have made something else of it than text. */
export function applicationFrame(stack: unknown): string | undefined {
  return innermostFrame(stack, isApplication)?.place;
}

export interface Frame {
  /** `file:line:column`. */
  readonly place: string;
  /** Neither a library's nor ours. */
  readonly isApplication: boolean;
}

/** The innermost frame of a file for which `isWanted` says so. */
export function innermostFrame(
  stack: unknown,
  isWanted: (place: string) => boolean,
): Frame | undefined {
  if (typeof stack !== 'string') return undefined;
  for (const line of stack.split('\n')) {
    // Frames of Node begin with `node:`, those of code without a file with `<anonymous>` or `eval`.
    const place = FRAME.exec(line)?.[1];
    if (place !== undefined && isWanted(place)) {
      return { place: readable(place), isApplication: isApplication(place) };
    }
  }
  return undefined;
}

function isApplication(place: string): boolean {
  const url = asUrl(place);
  const root = ownRoot();
  return (
    !/[\\/]node_modules[\\/]/.test(place) &&
    // What `eval` made, in a file or not.
    !place.includes('), ') &&
    (root === undefined || !OWN_FOLDERS.some((folder) => url.startsWith(root + folder)))
  );
}

function asUrl(place: string): string {
  return place.startsWith('file:') ? place : `file://${place}`;
}

function readable(place: string): string {
  if (!place.startsWith('file:')) return place;
  const position = /:\d+:\d+$/.exec(place)?.[0] ?? '';
  return fileURLToPath(place.slice(0, place.length - position.length)) + position;
}
