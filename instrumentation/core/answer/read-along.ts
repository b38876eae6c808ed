import { guarded } from '../guard.ts';
import { type Method, defineHidden } from '../patch.ts';

/**
 * Shows the bytes of `body` to `see` when whoever has the body reads them. Nothing is read ahead,
 * copied or held back; the body stays the same object. One that is teed is not seen.
 */
export function readAlong(
  body: ReadableStream<Uint8Array>,
  see: (bytes: Uint8Array) => void,
): void {
  const { getReader } = body;
  defineHidden(body, 'getReader', (...args: []) => {
    const reader = getReader.apply(body, args);
    guarded('read-along', () => seeReads(reader, 'read', see), undefined);
    return reader;
  });
  for (const name of ['values', Symbol.asyncIterator] as const) {
    const iterate = body[name];
    defineHidden(body, name, (...args: []) => {
      const iterator = iterate.apply(body, args);
      guarded('read-along', () => seeReads(iterator, 'next', see), undefined);
      return iterator;
    });
  }
  // Piping reads by ways of its own: it gets a stream that asks this one when it is asked itself.
  for (const name of ['pipeTo', 'pipeThrough'] as const) {
    const method = body[name] as Method;
    defineHidden(body, name, (...args: unknown[]) => {
      const source = body.locked ? body : guarded('read-along', () => relayed(body), body);
      return method.apply(source, args) as unknown;
    });
  }
}

function seeReads(source: object, name: 'read' | 'next', see: (bytes: Uint8Array) => void): void {
  const read: unknown = Reflect.get(source, name);
  if (typeof read !== 'function') return;
  defineHidden(source, name, async (...args: unknown[]) => {
    const result = (await read.apply(source, args)) as ReadableStreamReadResult<unknown>;
    const { value } = result;
    if (value instanceof Uint8Array) guarded('read-along', () => see(value), undefined);
    return result;
  });
}

function relayed(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
