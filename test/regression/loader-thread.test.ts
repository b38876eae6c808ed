import { describe, expect, it } from 'vitest';
import { CALL_LATER, callSpans, startServers } from '../register/harness.ts';

describe('register on the thread of a module loader', () => {
  const servers = startServers();

  it('does and says nothing there: one start line for the process', async () => {
    const { stderr } = await servers.run(`import OpenAI from 'openai'; ${CALL_LATER}`, {
      files: {
        'loader.mjs':
          'export const resolve = (specifier, context, next) => next(specifier, context);',
      },
      execArgv: [
        '--no-warnings',
        '--experimental-loader',
        './loader.mjs',
        '--require',
        'costspan/register',
      ],
    });
    expect(stderr.match(/^costspan:/gm)).toHaveLength(1);
    expect(callSpans(servers.sink)).toEqual(['costspan chat gpt-4o']);
  });
});
