import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { context } from '@opentelemetry/api';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import {
  type Structure,
  denialOfTool,
  startAgent,
  startTool,
} from '../core/frameworks/structure.ts';
import { ToldCall } from '../core/frameworks/told-call.ts';
import { tellCall } from './told-calls.ts';

/**
 * What AI SDK 7 says of itself. `languageModelCall` is a call; `generateText`, `streamText` and
 * `step` around it restate its usage and are structure.
 * @see https://github.com/vercel/ai/blob/main/packages/ai/src/telemetry/tracing-channel.ts
 */
const CHANNEL = 'ai:telemetry';

/** Everything of the SDK that calls a model: told of once, where no model class is watched. */
const CALLS: ReadonlySet<unknown> = new Set([
  'languageModelCall',
  'embed',
  'embedMany',
  'rerank',
  'generateSpeech',
  'transcribe',
]);

type Place = Structure | ToldCall;

/**
 * Enters our context for what an event stands for. A channel hands each event to the storages that
 * are bound to it; this one keeps what it is given in OpenTelemetry's own storage.
 */
class PlaceStorage extends AsyncLocalStorage<Place | undefined> {
  override run<R>(place: Place | undefined, body: () => R): R {
    if (place === undefined) return body();
    return place instanceof ToldCall ? place.run(body) : context.with(place.context, body);
  }
}

let subscribed = false;
/** What began with an event, until its end: both events are one object. */
const places = new WeakMap<object, Place>();

/** Hears of AI SDK 7 from now on. The second time changes nothing. */
export function subscribeToTelemetry(): void {
  if (subscribed) return;
  subscribed = true;
  const channel = tracingChannel<unknown, object>(CHANNEL);
  channel.start.bindStore(new PlaceStorage(), (message) =>
    guarded('ai-telemetry', () => begin(message), undefined),
  );
  channel.error.subscribe((message) =>
    guarded('ai-telemetry', () => failed(message as object), undefined),
  );
  channel.asyncEnd.subscribe((message) =>
    guarded('ai-telemetry', () => ended(message as object), undefined),
  );
  addIntegration();
}

function begin(message: object): Place | undefined {
  if (currentObserver() === undefined) return undefined;
  const { type, event } = message as { type?: unknown; event?: unknown };
  const fields = asDictionary(event) ?? {};
  const place = CALLS.has(type) ? new ToldCall() : structureOf(type, fields);
  if (place !== undefined) places.set(message, place);
  return place;
}

function structureOf(type: unknown, event: Dictionary): Structure | undefined {
  // The SDK's own spans, where somebody wants those, already are the structure.
  if (hasOtherTracer()) return undefined;
  if (type === 'generateText' || type === 'streamText') {
    // Without tools there is no loop: one call is no agent.
    const tools = asDictionary(event['tools']);
    if (tools === undefined || Object.keys(tools).length === 0) return undefined;
    return startAgent(asString(event['functionId']), context.active());
  }
  if (type === 'executeTool') {
    const tool = asDictionary(event['toolCall']);
    const name = asString(tool?.['toolName']);
    if (name === undefined) return undefined;
    return startTool({ name, callId: asString(tool?.['toolCallId']) }, context.active());
  }
  return undefined;
}

function failed(message: object): void {
  const place = places.get(message);
  const { error } = message as { error?: unknown };
  if (place instanceof ToldCall) tellCall(place, message, error);
  else place?.fail(error);
}

function ended(message: object): void {
  const place = places.get(message);
  if (place === undefined) return;
  places.delete(message);
  if (place instanceof ToldCall) {
    tellCall(place, message, undefined);
    return;
  }
  // A tool that threw is an answer to the model: the SDK does not call that an error.
  const output = asDictionary(asDictionary((message as { result?: unknown }).result)?.['output']);
  if (output?.['type'] === 'tool-error') place.fail(output['error']);
  else place.end();
}

type Execute = { readonly execute: () => PromiseLike<unknown> };

interface Integration {
  executeLanguageModelCall?: unknown;
  executeTool?: (options: Execute & Dictionary) => PromiseLike<unknown>;
}

interface Globals {
  AI_SDK_TELEMETRY_INTEGRATIONS?: Integration[];
}

/** Stands where a tool is about to run, which no event can prevent. */
const integration: Integration = {
  executeTool({ execute, ...event }) {
    const tool = asDictionary(event['toolCall']);
    const name = asString(tool?.['toolName']) ?? '';
    const denial = denialOfTool(name, tool?.['input'], context.active());
    return denial === undefined ? execute() : Promise.reject(denial);
  },
};

/** @see https://ai-sdk.dev/docs/ai-sdk-core/telemetry */
function addIntegration(): void {
  const globals = globalThis as unknown as Globals;
  (globals.AI_SDK_TELEMETRY_INTEGRATIONS ??= []).push(integration);
}

function hasOtherTracer(): boolean {
  const integrations = (globalThis as unknown as Globals).AI_SDK_TELEMETRY_INTEGRATIONS;
  return (
    Array.isArray(integrations) &&
    integrations.some((other) => other !== integration && 'executeLanguageModelCall' in other)
  );
}
