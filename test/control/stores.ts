import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireProgram } from '../support/programs.ts';
import { startRedisServer } from '../support/redis-server.ts';

/** A store that processes share, for one test. */
export interface SharedStore {
  /** As `COSTSPAN_STORE` names it. */
  readonly spec: string;
  remove(): Promise<void>;
}

const redisProgram = requireProgram('redis-server');

/** What a store is made with, by its kind; Redis only where it is installed. */
export const SHARED_STORES: readonly (readonly [kind: string, open: () => Promise<SharedStore>])[] =
  [
    [
      'SQLite',
      () => {
        const folder = mkdtempSync(join(tmpdir(), 'costspan-store-'));
        return Promise.resolve({
          spec: `sqlite:${join(folder, 'costspan.db')}`,
          remove: async () => rmSync(folder, { recursive: true, force: true }),
        });
      },
    ],
    ...(redisProgram === undefined
      ? []
      : [
          [
            'Redis',
            async () => {
              const server = await startRedisServer(redisProgram);
              return { spec: server.url, remove: () => server.stop() };
            },
          ] as const,
        ]),
  ];
