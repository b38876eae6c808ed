import { attemptFailed, attemptStarts } from '../core/call/call-attempts.ts';
import { endpointOf } from '../core/call/endpoint.ts';
import { guarded } from '../core/guard.ts';
import { type Dictionary, asDictionary, asNumber, asString } from '../../providers/read.ts';
import { asSignal } from '../core/sdk-values.ts';
import { recordPlainCall } from '../core/plain/record-plain-call.ts';
import type { CallEndpoint, CallSettings } from '../core/call/start-call.ts';
import { BIDIRECTIONAL_COMMAND, openBidirectional } from './bidirectional.ts';
import { BedrockRequest } from './request.ts';
import { shapeOf } from './shapes.ts';

interface Arguments {
  readonly input: Dictionary;
}

type Handler = (args: Arguments) => Promise<unknown>;

/** What one execution of a command shares between its middlewares. */
interface Execution {
  readonly commandName?: string;
}

type Middleware = (next: Handler, execution: Execution) => Handler;

interface MiddlewareStack {
  add(middleware: Middleware, options: object): void;
}

interface BedrockClient {
  readonly middlewareStack: MiddlewareStack;
  readonly config: Dictionary;
}

const watchedClients = new WeakSet<object>();
const endpoints = new WeakMap<object, CallEndpoint>();
const requests = new WeakMap<Execution, BedrockRequest>();
/** By the input of the command: a middleware is not told the options of its `send`. */
const signals = new WeakMap<object, AbortSignal>();

/**
 * Puts two middlewares on a client's own stack, once: around the whole command, outside of the
 * retries, and around each attempt.
 *
 * @see https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function watchClient(client: BedrockClient): void {
  if (watchedClients.has(client)) return;
  watchedClients.add(client);
  client.middlewareStack.add(
    (next, execution) => (args) => recorded(client, next, execution, args),
    {
      name: 'costspanCall',
      step: 'initialize',
      priority: 'high',
      override: true,
    },
  );
  // Of this step the retries come first; a place relative to theirs would fail without them.
  client.middlewareStack.add((next, execution) => (args) => attempted(next, execution, args), {
    name: 'costspanAttempt',
    step: 'finalizeRequest',
    priority: 'low',
    override: true,
  });
}

/** Notes the signal that a command is sent with. */
export function noteSignal(command: unknown, options: unknown): void {
  const input = asDictionary(command)?.['input'];
  const signal = asSignal(asDictionary(options)?.['abortSignal']);
  if (signal !== undefined && typeof input === 'object' && input !== null) {
    signals.set(input, signal);
  }
}

const settings: CallSettings = {
  endpointOf: (client) => endpoints.get(client as object) ?? UNKNOWN,
};

const UNKNOWN: CallEndpoint = { ...endpointOf(undefined), provider: 'aws.bedrock' };

async function recorded(
  client: BedrockClient,
  next: Handler,
  execution: Execution,
  args: Arguments,
): Promise<unknown> {
  if (execution.commandName === BIDIRECTIONAL_COMMAND) {
    if (!endpoints.has(client)) endpoints.set(client, await findEndpoint(client.config));
    return openBidirectional(settings.endpointOf(client), next, args);
  }
  const shape = guarded(
    'read-command',
    () => shapeOf(execution.commandName ?? '', args.input),
    undefined,
  );
  if (shape === undefined) return next(args);
  if (!endpoints.has(client)) endpoints.set(client, await findEndpoint(client.config));
  const request = new BedrockRequest(args.input, signals.get(args.input));
  requests.set(execution, request);
  const send = (sent: BedrockRequest): Promise<unknown> =>
    next(sent.input === args.input ? args : { ...args, input: sent.input });
  return recordPlainCall(settings, shape, client, send, undefined, [request]);
}

/** Where the client sends to: the endpoint it was given, or that of its region. Never throws. */
async function findEndpoint(config: Dictionary): Promise<CallEndpoint> {
  try {
    const given = await valueOf(config['endpoint']);
    const hostname = asString(asDictionary(given)?.['hostname']);
    if (hostname !== undefined) {
      const { protocol, port } = given as Dictionary;
      const suffix = asNumber(port) === undefined ? '' : `:${String(port)}`;
      return {
        ...endpointOf(`${String(protocol)}//${hostname}${suffix}`),
        provider: 'aws.bedrock',
      };
    }
    const region = asString(await valueOf(config['region']));
    if (region === undefined) return UNKNOWN;
    const service = config['serviceId'] === 'Bedrock' ? 'bedrock' : 'bedrock-runtime';
    return {
      ...endpointOf(`https://${service}.${region}.amazonaws.com`),
      provider: 'aws.bedrock',
    };
  } catch {
    // The SDK will say for itself that no region is set.
    return UNKNOWN;
  }
}

/** Settings of AWS clients are values or functions that look them up. */
async function valueOf(setting: unknown): Promise<unknown> {
  return typeof setting === 'function' ? ((await setting()) as unknown) : setting;
}

/** The one id of answers that have none in their body: of AI21, Cohere, Meta, Amazon, Converse. */
function requestIdOf(result: unknown): string | undefined {
  const headers = asDictionary(asDictionary(asDictionary(result)?.['response'])?.['headers']);
  return asString(headers?.['x-amzn-requestid']);
}

async function attempted(next: Handler, execution: Execution, args: Arguments): Promise<unknown> {
  const record = requests.get(execution)?.record;
  if (record === undefined) return next(args);
  const stop = attemptStarts(record);
  if (stop !== undefined) throw stop;
  try {
    const result = await next(args);
    record.answerId = guarded('read-headers', () => requestIdOf(result), undefined);
    return result;
  } catch (error) {
    attemptFailed(record, error);
    throw error;
  }
}
