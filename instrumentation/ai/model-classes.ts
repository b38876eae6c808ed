import { context } from '@opentelemetry/api';
import { ATTR_GEN_AI_REQUEST_MODEL } from '../../conventions/index.ts';
import { asDictionary } from '../../providers/read.ts';
import { callOf } from '../core/call/call-context.ts';
import { guarded } from '../core/guard.ts';
import { type Method, isWrapped, wrapMethod } from '../core/patch.ts';
import { recordPlainCall } from '../core/plain/record-plain-call.ts';
import type { CallSettings } from '../core/call/start-call.ts';
import { hearAnswers } from '../core/answer/heard-answer.ts';
import { modelCallOf } from './model-call.ts';
import { modelEndpoint } from './model-endpoint.ts';
import { readHeard, readRefused } from './response.ts';
import { canAskAs, shapeOf } from './shapes.ts';

/** Methods by which every model of the SDK's interface reaches its provider, all specifications. */
const MODEL_METHODS = ['doGenerate', 'doStream', 'doEmbed', 'doRerank'] as const;

export const modelSettings: CallSettings = { endpointOf: modelEndpoint };

/**
 * What providers make their models by, beside being functions themselves. Nothing else of a provider
 * is called: some of its methods talk to a server.
 */
const FACTORIES = [
  'languageModel',
  'chat',
  'chatModel',
  'completion',
  'completionModel',
  'responses',
  'messages',
  'embedding',
  'embeddingModel',
  'textEmbedding',
  'textEmbeddingModel',
  'image',
  'imageModel',
  'speech',
  'speechModel',
  'transcription',
  'transcriptionModel',
  'reranking',
  'rerankingModel',
] as const;

/** Enough for a provider to be made; it looks up keys and hosts when it is asked to call. */
const SETTINGS = {
  name: 'none',
  apiKey: 'none',
  baseURL: 'http://127.0.0.1:9',
  region: 'us-east-1',
  project: 'none',
  location: 'us-central1',
  resourceName: 'none',
  accountId: 'none',
} as const;

/**
 * Watches the model classes of a provider package. They are not exported, so models are made, never
 * called, to find them. Returns the names of what was patched.
 */
export function patchModelClasses(moduleExports: unknown): string[] {
  const patched: string[] = [];
  for (const [name, value] of exportsOf(moduleExports)) {
    if (typeof value !== 'function') continue;
    if (/^create[A-Z]/u.test(name)) {
      for (const model of modelsOf(value as Method)) patched.push(...watchClassOf(model));
    } else {
      const prototype: unknown = Reflect.get(value, 'prototype');
      if (isObject(prototype) && isModel(prototype)) patched.push(...watchMethods(prototype));
    }
  }
  return [...new Set(patched)];
}

/** Watches one model, or every model that one provider will make. */
export function watchModelOrProvider(value: object): boolean {
  if (isModel(value)) {
    let watched = false;
    for (const method of MODEL_METHODS) {
      if (typeof Reflect.get(value, method) !== 'function') continue;
      watched = isWrapped(value, method) || wrapModelMethod(value, method) || watched;
    }
    return watched;
  }
  if (!FACTORIES.some((name) => typeof Reflect.get(value, name) === 'function')) return false;
  // The class of each kind of model leads to all of them.
  const models = madeBy(value);
  for (const model of models) watchClassOf(model);
  return models.length > 0;
}

function exportsOf(moduleExports: unknown): [string, unknown][] {
  return isObject(moduleExports) ? Object.entries(moduleExports) : [];
}

function modelsOf(createProvider: Method): readonly object[] {
  const provider: unknown = attempt(() => createProvider({ ...SETTINGS }));
  return isObject(provider) ? madeBy(provider) : [];
}

function madeBy(provider: object): readonly object[] {
  const models: object[] = [];
  const make = (factory: unknown): void => {
    if (typeof factory !== 'function') return;
    const model: unknown = attempt(() => factory.call(provider, 'none') as unknown);
    if (isObject(model) && isModel(model)) models.push(model);
  };
  make(provider);
  for (const name of FACTORIES) make(attempt(() => Reflect.get(provider, name)));
  return models;
}

function isModel(value: object): boolean {
  return MODEL_METHODS.some((method) => typeof Reflect.get(value, method) === 'function');
}

/** A model that is no object of a class cannot be watched through one. */
function watchClassOf(model: object): string[] {
  const patched: string[] = [];
  for (
    let owner = Reflect.getPrototypeOf(model);
    owner !== null && owner !== Object.prototype;
    owner = Reflect.getPrototypeOf(owner)
  ) {
    patched.push(...watchMethods(owner));
  }
  return patched;
}

function watchMethods(owner: object): string[] {
  const name = owner.constructor.name;
  return MODEL_METHODS.filter(
    (method) => Object.hasOwn(owner, method) && wrapModelMethod(owner, method),
  ).map((method) => `${name}.${method}`);
}

function wrapModelMethod(owner: object, method: string): boolean {
  return wrapMethod(
    owner,
    method,
    (original) =>
      function (this: object, ...args: unknown[]): unknown {
        const shape = guarded('model-shape', () => shapeFor(this, method, args), undefined);
        if (shape === undefined) return original.apply(this, args);
        guarded('hear-answers', () => hearLanguageModel(this, args[0]), undefined);
        const send = tellingWhenRefused(sendChosen(original));
        return recordPlainCall(modelSettings, shape, this, send, this, args);
      },
  );
}

/** Other models fetch what they are told to by the same `fetch`, and more carefully by none at all. */
function hearLanguageModel(model: object, options: unknown): void {
  if (!Array.isArray(asDictionary(options)?.['prompt'])) return;
  const config: unknown = Reflect.get(model, 'config');
  if (!isObject(config)) return;
  hearAnswers(config, () => {
    const record = callOf(context.active());
    return record && ((answer) => readHeard(record, answer));
  });
}

/** An answer that the SDK cannot read has been paid for like any other. */
function tellingWhenRefused(original: Method): Method {
  return function (this: object, ...args: unknown[]): unknown {
    const result: unknown = original.apply(this, args);
    const record = callOf(context.active());
    if (record === undefined || !(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      guarded('read-response', () => readRefused(record), undefined);
      throw error;
    });
  };
}

/** Asks the model that a budget chose instead, where it chose one: a model object has its own id. */
function sendChosen(original: Method): Method {
  return function (this: object, ...args: unknown[]): unknown {
    const record = callOf(context.active());
    const chosen = record?.call.sendModel;
    if (record === undefined || chosen === undefined || !canAskAs(this)) {
      return original.apply(this, args);
    }
    record.call.requestModel = chosen;
    record.attributes[ATTR_GEN_AI_REQUEST_MODEL] = chosen;
    const model: unknown = Object.create(this, { modelId: { value: chosen, enumerable: true } });
    return original.apply(model, args);
  };
}

/** Nothing for a call that a model makes of itself: a stream made from a whole answer, `super`. */
function shapeFor(model: object, method: string, args: readonly unknown[]) {
  const outer = modelCallOf(callOf(context.active()));
  // One that was made for the model that a budget chose has it as its prototype.
  const isSame = outer?.model === model || outer?.model === Reflect.getPrototypeOf(model);
  return isSame ? undefined : shapeOf(model, method, args[0]);
}

function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    // One that needs more than was given makes no model, and so has nothing to watch.
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
