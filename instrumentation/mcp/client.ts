import { type Context, SpanKind, context, propagation } from '@opentelemetry/api';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { wrapMethod } from '../core/patch.ts';
import { asDictionary } from '../../providers/read.ts';
import {
  type Structure,
  denialOfTool,
  runInside,
  startOther,
  startTool,
} from '../core/frameworks/structure.ts';
import { toolAround } from '../core/frameworks/tool-around.ts';
import {
  type McpRequest,
  readRequest,
  requestAttributes,
  serverAttributes,
  urlOf,
} from './attributes.ts';
import { endWithError, endWithResult } from './end-structure.ts';

/** The part of a client or a server that is read; both can send requests. */
interface Peer {
  readonly _transport?: unknown;
  readonly _requestMessageId?: unknown;
}

/** Watches what is asked of a server: a span, and who asks, in the request's `_meta`. */
export function patchRequests(prototype: object): boolean {
  return wrapMethod(
    prototype,
    'request',
    (original) =>
      function (this: Peer, ...args: unknown[]): unknown {
        if (currentObserver() === undefined) return original.apply(this, args);
        const request = guarded('mcp', () => readRequest(args[0]), undefined);
        if (request === undefined) return original.apply(this, args);
        const parent = context.active();
        // A framework that runs this very tool has asked, and has a span of it.
        const around = guarded('mcp', () => sameTool(request, parent), undefined);
        if (request.isTool && around === undefined) {
          const denial = denialOfTool(request.target ?? '', request.params['arguments'], parent);
          if (denial !== undefined) return Promise.reject(denial);
        }
        const structure = guarded('mcp', () => start(this, request, parent), undefined);
        const inside = structure?.context ?? parent;
        const sent = guarded('mcp', () => withMeta(this, args[0], inside), args[0]);
        return settle(
          structure,
          () => original.call(this, sent, ...args.slice(1)) as Promise<unknown>,
        );
      },
  );
}

function start(peer: Peer, request: McpRequest, parent: Context): Structure | undefined {
  const { _transport: transport, _requestMessageId: id } = peer;
  const attributes = {
    ...requestAttributes(request, id, transport),
    ...serverAttributes(urlOf(transport)),
  };
  const around = sameTool(request, parent);
  if (around !== undefined) {
    around.span.setAttributes(attributes);
    return undefined;
  }
  const { spanName, target, isTool } = request;
  const kind = SpanKind.CLIENT;
  return isTool && target !== undefined
    ? startTool({ name: target, kind, attributes, spanName }, parent)
    : startOther(spanName, parent, attributes, kind);
}

/** Frameworks may put the server's name in front of the tool's. */
function sameTool({ isTool, target }: McpRequest, parent: Context) {
  if (!isTool || target === undefined) return undefined;
  const around = toolAround(parent);
  return around?.name.endsWith(target) === true ? around : undefined;
}

/**
 * The request with the trace context, and the attribution where the server may have it, in
 * `params._meta`. The caller's object is left alone.
 */
function withMeta(peer: Peer, request: unknown, inside: Context): unknown {
  const fields = asDictionary(request) ?? {};
  const params = asDictionary(fields['params']);
  const meta: Record<string, unknown> = { ...asDictionary(params?.['_meta']) };
  propagation.inject(inside, meta);
  const url = urlOf(peer._transport);
  const members = currentObserver()?.outboundBaggage(inside, url?.origin ?? LOCAL);
  if (members !== undefined) {
    const before = meta['baggage'];
    meta['baggage'] = typeof before === 'string' ? `${before},${members}` : members;
  }
  return { ...fields, params: { ...params, _meta: meta } };
}

/** A server that is no HTTP server runs on this machine. */
const LOCAL = 'http://localhost';

async function settle(
  structure: Structure | undefined,
  run: () => Promise<unknown>,
): Promise<unknown> {
  try {
    const result = await runInside(structure, run);
    endWithResult(structure, result);
    return result;
  } catch (error) {
    endWithError(structure, error, 'client');
    throw error;
  }
}
