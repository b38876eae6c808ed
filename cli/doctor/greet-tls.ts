import { isIP } from 'node:net';
import { connect } from 'node:tls';

/**
 * What a server that answers the greeting of TLS chooses to speak inside: `h2`, `http/1.1`, or
 * nothing in particular (`''`). `undefined` where it does not answer it. Sends nothing else, so whose
 * certificate it has does not matter.
 */
export function greetTls(url: string, deadlineMs: number): Promise<string | undefined> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/u, '$1');
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port === '' ? '443' : port),
      ...(isIP(host) === 0 && { servername: host }),
      ALPNProtocols: ['h2', 'http/1.1'],
      rejectUnauthorized: false,
    });
    const finish = (spoken: string | undefined): void => {
      clearTimeout(timer);
      resolve(spoken);
      socket.destroy();
    };
    const timer = setTimeout(finish, deadlineMs, undefined);
    socket.once('secureConnect', () => {
      finish(socket.alpnProtocol === false ? '' : (socket.alpnProtocol ?? ''));
    });
    socket.on('error', () => {
      finish(undefined);
    });
    socket.once('close', () => {
      finish(undefined);
    });
  });
}
