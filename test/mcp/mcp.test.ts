import { createRequire } from 'node:module';
import type * as ClientModule from '@modelcontextprotocol/sdk/client/index.js';
import type * as InMemory from '@modelcontextprotocol/sdk/inMemory.js';
import type * as ServerModule from '@modelcontextprotocol/sdk/server/mcp.js';
import type * as Types from '@modelcontextprotocol/sdk/types.js';
import { context, propagation } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { setCallObserver } from '../../instrumentation/core/index.ts';
import { startTool } from '../../instrumentation/core/frameworks/structure.ts';
import { mcp } from '../../instrumentation/mcp/index.ts';
import {
  attributionResolver,
  CostspanPropagator,
  startOutboundBaggage,
  withAttribution,
} from '../../processor/node/attribution/index.ts';
import { processPipeline } from '../../processor/node/process-pipeline.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';

const require = createRequire(import.meta.url);
const SDK = '@modelcontextprotocol/sdk';

describe.each(['esm', 'commonjs'] as const)('MCP, %s', (format) => {
  let live: LivePipeline;
  let client: ClientModule.Client;
  let types: typeof Types;
  let outbound: { stop(): void };
  /** What the tool of the server sees and does. */
  let tool: (city: string) => unknown;
  let seen: { meta?: unknown; team?: unknown }[] = [];

  async function load(path: string): Promise<unknown> {
    return format === 'esm' ? await import(`${SDK}/${path}`) : require(`${SDK}/${path}`);
  }

  beforeAll(async () => {
    const moduleExports = await load('shared/protocol.js');
    const { packageName } = mcp;
    const loaded = { packageName, version: '1.32.2', path: '', format, moduleExports };
    expect(mcp.patch(loaded).patched).toEqual(['Protocol.request', 'Protocol.setRequestHandler']);
    expect(mcp.patch(loaded).patched).toEqual([]);
    types = (await load('types.js')) as typeof Types;
  });
  beforeEach(async () => {
    live = await startLivePipeline();
    attributionResolver().configure({ inbound: ['team'] });
    propagation.setGlobalPropagator(
      new CostspanPropagator({
        inner: new CompositePropagator({
          propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
        }),
      }),
    );
    outbound = startOutboundBaggage({ hosts: ['localhost'] });
    seen = [];
    tool = () => 'sunny';
    client = await connect();
  });
  afterEach(async () => {
    await client.close();
    outbound.stop();
    await live.stop();
  });

  async function connect(): Promise<ClientModule.Client> {
    const { Client } = (await load('client/index.js')) as typeof ClientModule;
    const { McpServer } = (await load('server/mcp.js')) as typeof ServerModule;
    const { InMemoryTransport } = (await load('inMemory.js')) as typeof InMemory;
    const { z } = await import('zod');
    const server = new McpServer({ name: 'weather', version: '1.0.0' });
    server.registerTool(
      'weather',
      { inputSchema: { city: z.string() } },
      async ({ city }, { _meta }) => {
        const scope = attributionResolver().resolve(context.active());
        seen.push({ meta: _meta, team: scope.spanAttributes['costspan.team'] });
        live.tracer.startSpan('inside the tool').end();
        return { content: [{ type: 'text', text: String(await tool(city)) }] };
      },
    );
    server.registerPrompt('greeting', {}, () => ({
      messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }],
    }));
    const [left, right] = InMemoryTransport.createLinkedPair();
    const connected = new Client({ name: 'app', version: '1.0.0' });
    await Promise.all([connected.connect(left), server.connect(right)]);
    return connected;
  }

  const call = () => client.callTool({ name: 'weather', arguments: { city: 'Kyiv' } });

  async function spans(): Promise<readonly SinkSpan[]> {
    await live.flush();
    return live.sink.spans.filter(({ scope }) => scope.name === 'costspan/structure');
  }

  async function span(kind: 'client' | 'server'): Promise<SinkSpan | undefined> {
    return (await spans()).find((candidate) => candidate.kind === kind);
  }

  it('shows a tool call on both sides, one inside the other', async () => {
    const { content } = await call();
    expect(content).toEqual([{ type: 'text', text: 'sunny' }]);
    const [asked, served] = [await span('client'), await span('server')];
    expect(await spans()).toHaveLength(2);
    for (const side of [asked, served]) {
      expect(side?.name).toBe('tools/call weather');
      expect(side?.attributes).toMatchObject({
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'weather',
        'mcp.method.name': 'tools/call',
        'jsonrpc.request.id': expect.stringMatching(/^\d+$/) as string,
      });
      expect(side?.status.code).toBe('unset');
    }
    expect(served?.traceId).toBe(asked?.traceId);
    expect(served?.parentSpanId).toBe(asked?.spanId);
    const inner = live.sink.spans.find(({ name }) => name === 'inside the tool');
    expect(inner?.parentSpanId).toBe(served?.spanId);
  });

  it('hands the attribution to a server that may know it, and to no other', async () => {
    await withAttribution({ team: 'support' }, call);
    expect(seen[0]).toMatchObject({
      team: 'support',
      meta: { baggage: expect.stringContaining('support') as string },
    });
    outbound.stop();
    outbound = startOutboundBaggage({ hosts: ['*.internal'] });
    await withAttribution({ team: 'support' }, call);
    expect(JSON.stringify(seen[1])).not.toContain('support');
    expect(seen[1]).toMatchObject({ meta: { traceparent: expect.any(String) as string } });
  });

  it('leaves the request of the caller as it is', async () => {
    const params = Object.freeze({ name: 'weather', arguments: Object.freeze({ city: 'Kyiv' }) });
    await client.callTool(params);
    expect(Object.keys(params)).toEqual(['name', 'arguments']);
  });

  it('tells a tool that failed', async () => {
    tool = () => {
      throw new RangeError('no');
    };
    expect((await call()).isError).toBe(true);
    for (const side of await spans()) expect(side.attributes['error.type']).toBe('tool_error');
  });

  it('tells an error of the protocol, the caller’s fault on the caller’s side alone', async () => {
    const { McpError, ErrorCode } = types;
    await expect(client.getPrompt({ name: 'unknown' })).rejects.toBeInstanceOf(McpError);
    const code = `${ErrorCode.InvalidParams}`;
    const [asked, served] = [await span('client'), await span('server')];
    expect(asked?.attributes).toMatchObject({
      'error.type': code,
      'rpc.response.status_code': code,
      'gen_ai.prompt.name': 'unknown',
      'mcp.method.name': 'prompts/get',
    });
    expect(served?.status.code).toBe('unset');
    expect(served?.attributes['rpc.response.status_code']).toBe(code);
  });

  it('makes no second span where a framework runs the same tool', async () => {
    const outer = startTool({ name: 'weather' }, context.active());
    await context.with(outer?.context ?? context.active(), call);
    outer?.end();
    const all = await spans();
    expect(all.map(({ kind }) => kind).toSorted()).toEqual(['internal', 'server']);
    const framework = all.find(({ kind }) => kind === 'internal');
    expect(framework?.attributes['mcp.method.name']).toBe('tools/call');
    const served = all.find(({ kind }) => kind === 'server');
    expect(served?.parentSpanId).toBe(framework?.spanId);
  });

  it('calls no tool that a limit forbids', async () => {
    const denial = new Error('too many tools');
    processPipeline().calls.toolStarting = () => denial;
    await expect(call()).rejects.toBe(denial);
    expect(seen).toEqual([]);
  });

  it('shows nothing of listings, and nothing while nobody hears of calls', async () => {
    expect((await client.listTools()).tools).toHaveLength(1);
    setCallObserver(undefined);
    await call();
    expect(await spans()).toEqual([]);
    expect(JSON.stringify(seen)).not.toContain('traceparent');
  });

  it('keeps 200 callers apart', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        withAttribution({ team: `team-${index}` }, async () => {
          await client.callTool({ name: 'weather', arguments: { city: `${index}` } });
        }),
      ),
    );
    expect(new Set(seen.map(({ team }) => team)).size).toBe(200);
  });
});
