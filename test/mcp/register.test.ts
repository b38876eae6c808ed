import { describe, expect, it } from 'vitest';

import { startServers } from '../register/harness.ts';

const SERVER = `
  import 'costspan/register';
  import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
  import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
  import OpenAI from 'openai';
  const server = new McpServer({ name: 'helper', version: '1.0.0' });
  server.registerTool('ask', {}, async () => {
    const answer = await new OpenAI().chat.completions.create({
      model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
    return { content: [{ type: 'text', text: answer.choices[0].message.content }] };
  });
  await server.connect(new StdioServerTransport());`;

const CLIENT = `
  import 'costspan/register';
  import { Client } from '@modelcontextprotocol/sdk/client/index.js';
  import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
  import { withAttribution } from 'costspan';
  const client = new Client({ name: 'app', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath, args: ['server.mjs'], env: process.env });
  await client.connect(transport);
  await withAttribution({ team: 'support', workflow: 'triage' },
    () => client.callTool({ name: 'ask', arguments: {} }));
  await client.close();`;

describe('the one import, in an MCP client and in its server', () => {
  const servers = startServers();

  it('makes one trace and one attribution of both processes', async () => {
    const { stderr, code } = await servers.run(CLIENT, {
      files: {
        'server.mjs': SERVER,
        'costspan.yaml':
          'attribution:\n  outboundHosts: [localhost]\n  inbound: [team, workflow, runId]\n',
      },
    });
    expect(code, stderr).toBe(0);
    const { spans } = servers.sink;
    const served = spans.find(({ kind, name }) => kind === 'server' && name === 'tools/call ask');
    const asked = spans.find(({ kind, name }) => kind === 'client' && name === 'tools/call ask');
    const call = spans.find(({ scope }) => scope.name === 'costspan');
    expect(served?.parentSpanId, stderr).toBe(asked?.spanId);
    expect(call?.parentSpanId).toBe(served?.spanId);
    expect(call?.attributes).toMatchObject({
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
    });
    const labels = { 'costspan.team': 'support', 'costspan.workflow': 'triage' };
    expect(servers.sink.metricValue('costspan.calls', labels)).toBe(1);
  });
});
