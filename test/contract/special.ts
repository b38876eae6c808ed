import type { ProviderServer } from '../support/provider-server.ts';
import type { Reply } from '../support/provider/reply.ts';
import type { ExpectedCall } from './scenario.ts';

export interface SpecialContext {
  readonly client: unknown;
  readonly moduleExports: unknown;
  readonly server: ProviderServer;
}

/** A scenario of one SDK only: its helpers and its other APIs. May make any number of calls. */
export interface Special {
  readonly name: string;
  readonly replies: readonly Reply[];
  readonly run: (context: SpecialContext) => Promise<unknown>;
  readonly expected: readonly ExpectedCall[];
  /** Names of spans that the SDK makes itself and that are not calls, sorted. */
  readonly sdkSpans?: readonly string[];
}

export const OK: ExpectedCall = { outcome: 'ok', usage: 'provider' };

/** Events of the SDKs' stream helpers. */
interface Emitter {
  on(name: string, listener: (...args: unknown[]) => void): unknown;
}

/** Everything that a helper tells its listeners, in order. */
export function listen(helper: unknown, names: readonly string[]): unknown[] {
  const heard: unknown[] = [];
  for (const name of names) {
    (helper as Emitter).on(name, (...args) => {
      heard.push([
        name,
        ...args.map((value) => (value instanceof Error ? value.message : structuredClone(value))),
      ]);
    });
  }
  return heard;
}

/** What happens when nobody handles the rejection of a call. */
export async function unhandledRejection(makeCall: () => unknown): Promise<unknown> {
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    const reported = new Promise((resolve) => {
      process.once('unhandledRejection', resolve);
    });
    makeCall();
    return await reported;
  } finally {
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
}
