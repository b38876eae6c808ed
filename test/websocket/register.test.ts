import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServers } from '../register/harness.ts';
import { type SocketServer, startSocketServer } from '../support/socket-server.ts';
import { responseEvents } from './support.ts';

/** A socket of each kind to a host of a provider, which is looked up to the local server. */
const OPEN = {
  ws: `const { WebSocket } = await import('ws');
    const open = (path) => new WebSocket(base + path, { lookup });`,
  'the WebSocket of Node': `const { Agent, setGlobalDispatcher } = await import('undici');
    setGlobalDispatcher(new Agent({ connect: { lookup } }));
    const open = (path) => new WebSocket(base + path);`,
} as const;

const LOOKUP = `
  const base = process.env.SOCKET_URL.replace('127.0.0.1', 'api.openai.com');
  const lookup = (host, options, done) => options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  const closed = (socket) => new Promise((resolve) => socket.addEventListener('close', resolve));
  const opened = (socket) => new Promise((resolve) => socket.addEventListener('open', resolve));`;

describe('register', () => {
  const servers = startServers();
  let sockets: SocketServer;
  beforeAll(async () => {
    sockets = await startSocketServer(false);
  });
  afterEach(() => sockets.reset());
  afterAll(() => sockets.close());

  const run = async (source: string) =>
    servers.run(source, { env: { SOCKET_URL: sockets.url.replace('http', 'ws') } });

  describe.each(Object.entries(OPEN))('%s', (_, open) => {
    it.each(['before', 'after'])('books what goes over it, costspan loaded %s', async (when) => {
      sockets.greet = (peer) => {
        void peer.got('response.create').then(() => {
          peer.send(...responseEvents('resp_1'));
          return peer.got('bye').then(() => peer.close());
        });
      };
      const load = `import 'costspan/register';`;
      const { stderr, code } = await run(`
        ${when === 'before' ? load : ''}${LOOKUP}${open}
        ${when === 'after' ? `await import('costspan/register'); await import('openai');` : ''}
        const socket = open('/v1/realtime?model=gpt-realtime');
        await opened(socket);
        socket.addEventListener('message', ({ data }) => {
          if (JSON.parse(data).type === 'response.done') socket.send('{"type":"bye"}');
        });
        socket.send('{"type":"response.create"}');
        await closed(socket);`);
      expect(code).toBe(0);
      expect(servers.sink.metricValue('costspan.calls')).toBe(1);
      expect(servers.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.018_4, 9);
      expect(stderr).not.toContain('seen by no instrumentation');
    });

    it('counts a connection of which nothing is read, and tells of it once', async () => {
      sockets.greet = (peer) => peer.close();
      const { stderr } = await run(`import 'costspan/register';${LOOKUP}${open}
        for (const path of ['/v1/realtime/translations?model=x', '/v1/other']) await closed(open(path));`);
      expect(stderr.match(/seen by no instrumentation/g)).toHaveLength(1);
      const address = { 'server.address': 'api.openai.com' };
      expect(servers.sink.metricValue('costspan.unmetered.requests', address)).toBe(2);
      expect(servers.sink.metrics.get('costspan.calls')).toBeUndefined();
    });
  });

  it('leaves a process alone whose sockets go elsewhere', async () => {
    sockets.greet = (peer) => peer.close();
    const { stdout } = await run(`import 'costspan/register';${LOOKUP}
      const { WebSocket } = await import('ws');
      await closed(new WebSocket(process.env.SOCKET_URL + '/v1/chat'));
      console.log(Object.keys(Object.getOwnPropertyDescriptors(WebSocket.prototype)).includes('emit'));`);
    expect(stdout.trim()).toBe('false');
  });
});
