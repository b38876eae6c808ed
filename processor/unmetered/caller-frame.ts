import { fileURLToPath } from 'node:url';

/** Frames looked through; SDKs put dozens of their own before the application's. */
const FRAMES = 60;

/** Folders of our own files, which are in no node_modules where costspan is linked. */
function ownFolders(): readonly string[] {
  // Bundlers take `new URL(…, import.meta.url)` for a file to bring along.
  const here = import.meta.url;
  // In a bundle no file is ours alone.
  if (!URL.canParse('../', here)) return [];
  return ['../', '../../instrumentation/'].map((folder) => new URL(folder, here).href);
}

/**
 * `file:line:column` of the innermost caller outside of node_modules, Node itself and costspan;
 * `undefined` where the stack does not reach back to one. Takes some 0.1 ms.
 */
export function callerFrame(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const { stack = '' } = new Error('caller');
  Error.stackTraceLimit = limit;
  for (const line of stack.split('\n').slice(1)) {
    const place = /\(?((?:file:|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place !== undefined && isApplication(place)) return readable(place);
  }
  return undefined;
}

function isApplication(place: string): boolean {
  const url = asUrl(place);
  return (
    !/[\\/]node_modules[\\/]/.test(place) && !ownFolders().some((folder) => url.startsWith(folder))
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
