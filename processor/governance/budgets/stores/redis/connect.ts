import type * as Ioredis from 'ioredis';
import type * as NodeRedis from 'redis';
import type { RedisClient } from './redis-client.ts';
import { redisClientOf } from './redis-client.ts';
import { DEFAULT_NAMESPACE, RedisStore } from './redis-store.ts';

/** Longest wait for the first connection, milliseconds, once at the start. */
const FIRST_CONNECTION_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * A store on a connection of our own, by node-redis or ioredis, whichever is installed. The server
 * need not be there: connecting goes on in the background, and calls meanwhile go by each budget's
 * failure policy. Holds no process open. Rejects where neither client is installed.
 *
 * @param url `redis://…` or `rediss://…`; `?namespace=…` names the installation.
 */
export async function connectRedisStore(url: string, namespace?: string): Promise<RedisStore> {
  const address = new URL(url);
  const named = address.searchParams.get('namespace');
  address.searchParams.delete('namespace');
  const client = await connect(address.href);
  return new RedisStore(client, namespace ?? named ?? DEFAULT_NAMESPACE);
}

async function connect(url: string): Promise<RedisClient> {
  const nodeRedis = await loadNodeRedis();
  if (nodeRedis !== undefined) return connectNodeRedis(nodeRedis, url);
  const ioredis = await loadIoredis();
  if (ioredis !== undefined) return connectIoredis(ioredis, url);
  throw new Error(
    'neither redis nor ioredis is installed: run `npm install redis`, or give configureBudgets a client of your own',
  );
}

// Bundlers let a package be missing only where its import itself stands in a `try`.

async function loadNodeRedis(): Promise<typeof NodeRedis | undefined> {
  try {
    return await import('redis');
  } catch (error) {
    return notInstalled(error);
  }
}

async function loadIoredis(): Promise<typeof Ioredis | undefined> {
  try {
    return await import('ioredis');
  } catch (error) {
    return notInstalled(error);
  }
}

/** `undefined` for a package that is not installed; throws any other error on. */
function notInstalled(error: unknown): undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
}

async function connectNodeRedis(
  { createClient }: Pick<typeof NodeRedis, 'createClient'>,
  url: string,
): Promise<RedisClient> {
  const client = createClient({
    url,
    // A command that waits for a connection would be carried out long after its call is decided.
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: pauseBefore },
  });
  client.on('connect', () => {
    client.unref();
  });
  await firstConnection((settled) => {
    // Told through `onLost` when commands fail; without a listener it would end the process.
    client.on('error', settled);
    client.on('ready', settled);
    client.connect().then(settled, settled);
  });
  return {
    ...redisClientOf(client),
    close: async () => {
      client.destroy();
    },
  };
}

async function connectIoredis(
  { Redis }: Pick<typeof Ioredis, 'Redis'>,
  url: string,
): Promise<RedisClient> {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: pauseBefore,
  });
  client.on('connect', () => {
    client.stream.unref();
  });
  await firstConnection((settled) => {
    client.on('error', settled);
    client.on('ready', settled);
  });
  return {
    ...redisClientOf(client),
    close: async () => {
      client.disconnect();
    },
  };
}

/** Waits until `watch` reports an end of connecting, good or bad, but not for long. */
function firstConnection(watch: (settled: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FIRST_CONNECTION_MS);
    watch(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Milliseconds before the next attempt to connect. */
function pauseBefore(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, 20 * 2 ** Math.min(attempts, 10));
}
