import { channel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startOutboundBaggage, withAttribution } from '../../processor/node/attribution/index.ts';

const UNDICI_CHANNEL = 'undici:request:create';
const HTTP_CHANNEL = 'http.client.request.created';

const attribution = { team: 'support' };
let stop: (() => void) | undefined;

function allow(...hosts: string[]): void {
  stop = startOutboundBaggage({ hosts }).stop;
}

afterEach(() => stop?.());

// Messages that no client can be brought to publish at will; no instrumentation listens here.
describe('startOutboundBaggage, by the messages of its channels', () => {
  it('adds nothing to requests over a Unix socket', () => {
    allow('localhost');
    const setHeader = vi.fn<(name: string, value: string) => void>();
    const request = { host: 'localhost', protocol: 'http:', setHeader };
    withAttribution(attribution, () => {
      channel(HTTP_CHANNEL).publish({ request: { ...request, socketPath: '/run/x.sock' } });
      expect(setHeader).not.toHaveBeenCalled();
      channel(HTTP_CHANNEL).publish({ request });
      expect(setHeader).toHaveBeenCalledTimes(1);
    });
  });

  it('adds nothing to the CONNECT of a proxy', () => {
    allow('*.internal');
    const addHeader = vi.fn<(name: string, value: string) => void>();
    const request = { origin: 'http://proxy.internal', addHeader };
    withAttribution(attribution, () => {
      channel(UNDICI_CHANNEL).publish({ request: { ...request, method: 'CONNECT' } });
      expect(addHeader).not.toHaveBeenCalled();
      channel(UNDICI_CHANNEL).publish({ request: { ...request, method: 'GET' } });
      expect(addHeader).toHaveBeenCalledTimes(1);
    });
  });

  it('survives requests of a shape it does not know', async () => {
    allow('*.internal');
    // What a subscriber throws ends the process, and so fails this run.
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('hostile');
        },
      },
    );
    for (const message of [undefined, {}, { request: {} }, { request: hostile }, hostile]) {
      withAttribution(attribution, () => {
        channel(UNDICI_CHANNEL).publish(message);
        channel(HTTP_CHANNEL).publish(message);
      });
    }
    const origins = [null, 7, '', 'x', 'http://', new URL('http://a.internal')];
    const addHeader = vi.fn<(name: string, value: string) => void>();
    for (const origin of origins) {
      withAttribution(attribution, () => {
        channel(UNDICI_CHANNEL).publish({ request: { origin, addHeader } });
      });
    }
    expect(addHeader).toHaveBeenCalledTimes(1);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  });
});
