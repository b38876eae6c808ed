import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  type Tracer,
  type TracerProvider,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  type CallObserver,
  LlmCall,
} from '../../../conventions/index.ts';
import { CallContext, callOf } from './call-context.ts';
import { CallRecord } from './call-record.ts';
import type { Endpoint } from './endpoint.ts';
import { guarded, reportFailure } from '../guard.ts';
import type { Method } from '../patch.ts';
import { measureRequest } from './request-size.ts';
import { markChangeable, rewrittenArguments } from './change-request.ts';
import { spanNameOf } from '../span-name.ts';
import type { CallShape } from './shape.ts';
import { headerReader } from './request-headers.ts';
import { providerBehind } from '../../../providers/gateways.ts';
import { takeToldCall } from '../frameworks/told-mark.ts';

/** Name of our tracer: spans of this scope are already priced. */
export const TRACER_NAME = 'costspan';

let tracer: Tracer | undefined;
let tracerProvider: TracerProvider | undefined;

/** Our tracer of the provider that is registered now: applications may register theirs late. */
export function currentTracer(): Tracer {
  const provider = trace.getTracerProvider();
  if (tracer === undefined || provider !== tracerProvider) {
    tracerProvider = provider;
    tracer = provider.getTracer(TRACER_NAME);
  }
  return tracer;
}

/** An endpoint whose provider is settled. */
export interface CallEndpoint extends Endpoint {
  readonly provider: string;
  /** Where the client has it run, in words of the provider: `us-east5`, `global`. */
  readonly place?: string | undefined;
}

/** What an SDK says about all of its calls. */
export interface CallSettings {
  endpointOf(client: unknown): CallEndpoint;
  /** The method to call instead of `original`, for an SDK that would make a span of its own. */
  silence?(original: Method, client: unknown, span: Span): Method;
}

/** The method to call for `original`: the one that makes no span of its own, where the SDK has such. */
export function silenced(
  { silence }: CallSettings,
  original: Method,
  client: unknown,
  span: Span,
): Method {
  if (silence === undefined) return original;
  return guarded('silence', () => silence(original, client, span), original);
}

/** A call that is about to be made. */
export interface StartedCall {
  readonly record: CallRecord;
  readonly runIn: Context;
  readonly sent: readonly unknown[];
  readonly span: Span;
}

/** A call that somebody else told of after it had begun: it can no longer be stopped. */
export interface CallBegun {
  readonly parent: Context;
  /** Epoch milliseconds. */
  readonly startTimeMs: number;
  /** On the clock of `performance.now()`. */
  readonly startedMs: number;
}

/** Opens the record and the span of a call. `undefined` when that failed: the call goes on unwatched. */
export function startCall(
  settings: CallSettings,
  shape: CallShape,
  client: unknown,
  args: readonly unknown[],
  observer: CallObserver,
  begun?: CallBegun,
): StartedCall | undefined {
  let record: CallRecord | undefined;
  try {
    const parent = begun?.parent ?? context.active();
    takeToldCall(parent);
    const endpoint = settings.endpointOf(client);
    const { address, port, isKnown } = endpoint;
    const requestModel =
      shape.requestedModel === undefined ? modelOf(args) : shape.requestedModel(args, client);
    const provider =
      endpoint.gateway === undefined
        ? endpoint.provider
        : (providerBehind(endpoint.gateway, requestModel, headerReader(client, args)) ??
          endpoint.provider);
    const call = new LlmCall(shape.operation, provider);
    call.isTold = begun !== undefined;
    call.requestModel = requestModel;
    call.serverAddress = address;
    call.serverPort = port;
    call.inferenceGeo = endpoint.place;
    call.startTimeMs = begun?.startTimeMs ?? Date.now();
    const startedMs = begun?.startedMs ?? performance.now();

    const span = openSpan(call, parent, startedMs);
    const outer = callOf(parent);
    call.outer = outer?.call;
    call.requestSize = () =>
      shape.requestSize?.(args, client) ??
      measureRequest(shape.sentFields?.(args, client) ?? args[0]);
    record = new CallRecord(call, shape, {}, startedMs, span, observer, args, client, outer);
    record.isKnownHost = isKnown;
    const current = record;
    guarded('read-request', () => shape.readRequest(current, args, client), undefined);
    guarded('read-request', () => markChangeable(current, args, client), undefined);
    const runIn = new CallContext(startedIn(observer, call, parent), span, record);
    const gate =
      begun === undefined ? guarded('admit', () => observer.admit(call), undefined) : undefined;
    record.gate = gate instanceof Promise ? decided(gate, call) : gate;
    // It keeps the request, which may be large.
    if (!(gate instanceof Promise)) call.requestSize = undefined;
    const sent = guarded('prepare-request', () => prepared(current, args, client), args);
    return { record, runIn, sent, span };
  } catch (error) {
    reportFailure('call-start', error);
    record?.discard();
    return undefined;
  }
}

/** The span of a call whose request is known. `startedMs` is on the clock of `performance.now()`. */
export function openSpan(call: LlmCall, parent: Context, startedMs: number): Span {
  const { operation, provider, requestModel, serverAddress, serverPort } = call;
  // What a sampler may decide on must be there when the span starts.
  const samplingAttributes: Attributes = {
    [ATTR_GEN_AI_OPERATION_NAME]: operation,
    [ATTR_GEN_AI_PROVIDER_NAME]: provider,
  };
  if (requestModel !== undefined) samplingAttributes[ATTR_GEN_AI_REQUEST_MODEL] = requestModel;
  if (serverAddress !== undefined) {
    samplingAttributes[ATTR_SERVER_ADDRESS] = serverAddress;
    if (serverPort !== undefined) samplingAttributes[ATTR_SERVER_PORT] = serverPort;
  }
  return currentTracer().startSpan(
    spanNameOf(operation, requestModel),
    { kind: SpanKind.CLIENT, attributes: samplingAttributes, startTime: startedMs },
    parent,
  );
}

/** The context for the SDK, without our baggage. */
function startedIn(observer: CallObserver, call: LlmCall, parent: Context): Context {
  try {
    return observer.callStarted(call, parent);
  } catch (error) {
    reportFailure('call-started', error);
    // No baggage at all is the safe choice: ours must not reach a provider.
    return propagation.deleteBaggage(parent);
  }
}

/** What to call the SDK with: the caller's arguments unless a budget or the shape changes them. */
function prepared(
  record: CallRecord,
  args: readonly unknown[],
  client: unknown,
): readonly unknown[] {
  const rewritten = rewrittenArguments(record, args);
  return record.shape.prepare?.(record, rewritten, client) ?? rewritten;
}

async function decided(
  gate: Promise<Error | undefined>,
  call: LlmCall,
): Promise<Error | undefined> {
  try {
    return await gate;
  } catch (error) {
    // A failure of ours is no reason to stop a call.
    reportFailure('admit', error);
    return undefined;
  } finally {
    call.requestSize = undefined;
  }
}

function modelOf(args: readonly unknown[]): string | undefined {
  const body = args[0];
  if (typeof body !== 'object' || body === null) return undefined;
  const model: unknown = Reflect.get(body, 'model');
  return typeof model === 'string' && model !== '' ? model : undefined;
}
