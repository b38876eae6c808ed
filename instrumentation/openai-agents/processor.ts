import type { Context } from '@opentelemetry/api';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import {
  type Structure,
  startAgent,
  startTool,
  startWorkflow,
} from '../core/frameworks/structure.ts';
import { ToldCall } from '../core/frameworks/told-call.ts';
import { outsideContext } from './agents-context.ts';
import { tellCall } from './told-calls.ts';

/** What the SDK calls a run that the application gave no name. */
const NO_NAME = 'Agent workflow';
/** Spans at once; one that never ends is let go of when more come. */
const MAX_PLACES = 10_000;

/** What a span of the SDK stands for; `undefined` for one that only lies between two others. */
interface Place {
  readonly is: Structure | ToldCall | undefined;
  readonly context: Context;
}

/** By the id of the SDK's trace or span, in order of their start. */
const places = new Map<string, Place>();

export function contextOf(id: string): Context | undefined {
  return places.get(id)?.context;
}

/** What the SDK hands to trace processors; both are its own classes. */
interface SdkTrace {
  readonly traceId: string;
  readonly name: string;
}
interface SdkSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly spanData: unknown;
  readonly error: unknown;
}

/** @see https://openai.github.io/openai-agents-js/guides/tracing */
export const processor = {
  onTraceStart: (trace: SdkTrace): Promise<void> => done(() => traceStarted(trace)),
  onTraceEnd: (trace: SdkTrace): Promise<void> => done(() => ended(trace.traceId, undefined, null)),
  onSpanStart: (span: SdkSpan): Promise<void> => done(() => spanStarted(span)),
  onSpanEnd: (span: SdkSpan): Promise<void> =>
    done(() => ended(span.spanId, asDictionary(span.spanData), span.error)),
  shutdown: (): Promise<void> => Promise.resolve(),
  forceFlush: (): Promise<void> => Promise.resolve(),
} as const;

function done(body: () => void): Promise<void> {
  guarded('agents-trace', body, undefined);
  return Promise.resolve();
}

function traceStarted({ traceId, name }: SdkTrace): void {
  if (currentObserver() === undefined) return;
  const parent = outsideContext();
  // A run without a name of its own is its agent and no more.
  const is = name === NO_NAME ? undefined : startWorkflow(name, parent);
  remember(traceId, { is, context: is?.context ?? parent });
}

function spanStarted({ traceId, spanId, parentId, spanData }: SdkSpan): void {
  if (currentObserver() === undefined) return;
  const parent =
    contextOf(parentId ?? traceId) ?? contextOf(traceId) ?? (outsideContext() satisfies Context);
  const is = begin(asDictionary(spanData), parent);
  remember(spanId, { is, context: is?.context ?? parent });
}

function begin(data: Dictionary | undefined, parent: Context): Structure | ToldCall | undefined {
  const name = asString(data?.['name']);
  switch (data?.['type']) {
    case 'agent':
      return startAgent(name, parent);
    case 'function':
      return name === undefined ? undefined : startTool({ name }, parent);
    case 'generation':
    case 'response':
      return new ToldCall(parent);
    default:
      return undefined;
  }
}

function ended(id: string, data: Dictionary | undefined, error: unknown): void {
  const is = places.get(id)?.is;
  places.delete(id);
  if (is instanceof ToldCall) tellCall(is, data ?? {}, error);
  else if (error === null || error === undefined) is?.end();
  else is?.fail('_OTHER');
}

function remember(id: string, place: Place): void {
  if (places.size >= MAX_PLACES) {
    const [oldest] = places.keys();
    if (oldest !== undefined) ended(oldest, undefined, null);
  }
  places.set(id, place);
}
