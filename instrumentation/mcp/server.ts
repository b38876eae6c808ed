import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  context,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { type Method, wrapMethod } from '../core/patch.ts';
import { asDictionary } from '../../providers/read.ts';
import { type Structure, runInside, startOther, startTool } from '../core/frameworks/structure.ts';
import { type McpRequest, readRequest, requestAttributes } from './attributes.ts';
import { endWithError, endWithResult } from './end-structure.ts';

interface Peer {
  readonly _transport?: unknown;
}

/** Watches what a server does for its clients, for whom their requests say it is. */
export function patchHandlers(prototype: object): boolean {
  return wrapMethod(
    prototype,
    'setRequestHandler',
    (original) =>
      function (this: Peer, ...args: unknown[]): unknown {
        const [schema, handler, ...rest] = args;
        if (typeof handler !== 'function') return original.apply(this, args);
        return original.call(this, schema, watchHandler(this, handler as Method), ...rest);
      },
  );
}

function watchHandler(peer: Peer, handler: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    if (currentObserver() === undefined) return handler.apply(this, args);
    const structure = guarded('mcp', () => start(peer, args), undefined);
    if (structure === undefined) return handler.apply(this, args);
    return settle(structure, () => handler.apply(this, args) as unknown);
  };
}

function start(peer: Peer, [sent, extra]: readonly unknown[]): Structure | undefined {
  const request = readRequest(sent);
  if (request === undefined) return undefined;
  const id = asDictionary(extra)?.['requestId'];
  const attributes = requestAttributes(request, id, peer._transport);
  const { parent, links } = whoAsks(request);
  const { spanName, target, isTool } = request;
  const kind = SpanKind.SERVER;
  return isTool && target !== undefined
    ? startTool({ name: target, kind, attributes, spanName, links }, parent)
    : startOther(spanName, parent, attributes, kind, links);
}

/** The client's context is the parent; the HTTP request that brought the message is linked. */
function whoAsks({ params }: McpRequest): { parent: Context; links: Link[] } {
  const ambient = context.active();
  const meta = asDictionary(params['_meta']) ?? {};
  const extracted = propagation.extract(ROOT_CONTEXT, meta);
  const asked = trace.getSpanContext(extracted);
  const around = trace.getSpanContext(ambient);
  if (asked === undefined || !isSpanContextValid(asked)) {
    return { parent: propagation.extract(ambient, meta), links: [] };
  }
  return { parent: extracted, links: around === undefined ? [] : [{ context: around }] };
}

async function settle(structure: Structure, run: () => unknown): Promise<unknown> {
  try {
    const result = await runInside(structure, run);
    endWithResult(structure, result);
    return result;
  } catch (error) {
    endWithError(structure, error, 'server');
    throw error;
  }
}
