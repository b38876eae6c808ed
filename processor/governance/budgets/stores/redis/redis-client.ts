import type { Script } from './scripts.ts';

/** The little of a Redis or Valkey client that budgets need. */
export interface RedisClient {
  /** Sends one command. `key` is one it touches, by which a cluster finds the node. */
  send(key: string, command: readonly string[]): Promise<unknown>;
  /** Closes the connection, where it was opened for budgets. */
  close(): Promise<void>;
}

type Send = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Speaks through a client that the application brings: node-redis, its cluster, ioredis, iovalkey,
 * or whatever has the same methods. Throws one sentence for anything else.
 */
export function redisClientOf(client: object): RedisClient {
  const call = methodOf(client, 'call');
  if (call !== undefined) {
    return { send: (_key, command) => call(...command), close: keepOpen };
  }
  const sendCommand = methodOf(client, 'sendCommand');
  if (sendCommand === undefined) {
    throw new Error(
      'the redis client given to configureBudgets has neither sendCommand (node-redis) nor call (ioredis)',
    );
  }
  // The cluster of node-redis wants to know the key first.
  const isCluster = 'masters' in client;
  return {
    send: (key, command) =>
      isCluster ? sendCommand(key, false, [...command]) : sendCommand([...command]),
    close: keepOpen,
  };
}

function methodOf(client: object, name: string): Send | undefined {
  const method: unknown = Reflect.get(client, name);
  return typeof method === 'function' ? (method as Send).bind(client) : undefined;
}

/** It is the application's. */
function keepOpen(): Promise<void> {
  return Promise.resolve();
}

/** Runs a script by its digest, and with its source where the server does not know it (any more). */
export async function runScript(
  client: RedisClient,
  { source, sha1 }: Script,
  keys: readonly string[],
  values: readonly string[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...values];
  const [key = ''] = keys;
  try {
    return await client.send(key, ['EVALSHA', sha1, ...rest]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('NOSCRIPT')) throw error;
    return client.send(key, ['EVAL', source, ...rest]);
  }
}
