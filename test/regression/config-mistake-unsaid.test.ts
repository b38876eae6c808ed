import { describe, expect, it } from 'vitest';
import { CALL, startServers } from '../register/harness.ts';

describe('a mistake in costspan.yaml', () => {
  const servers = startServers();

  it('is told once, though the first SDK loads long after the start line', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register';
       await new Promise((resolve) => setTimeout(resolve, 20));
       const { default: OpenAI } = await import('openai'); ${CALL}
       await import('@anthropic-ai/sdk');
       await new Promise((resolve) => setTimeout(resolve, 20));`,
      { files: { 'costspan.yaml': 'atribution: {}\n' } },
    );
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('no SDK loaded yet');
    expect(lines[1]).toMatch(/^costspan: Attention: .*atribution/);
  });

  it('ends no process whose own logger throws', async () => {
    const { code, stdout } = await servers.run(
      `import 'costspan/register';
       const fail = () => { throw new Error('disk full'); };
       globalThis[Symbol.for('opentelemetry.js.api.1')].diag = { error: fail, warn: fail, info: fail, debug() {}, verbose() {} };
       import OpenAI from 'openai'; ${CALL} console.log('answered');`,
      { files: { 'costspan.yaml': 'atribution: {}\n' } },
    );
    expect([code, stdout]).toEqual([0, 'answered\n']);
  });
});
