// Loaded ahead of every process of the demo (NODE_OPTIONS): notes whom it connects to.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

const file = process.env.CONNECTIONS_FILE;

subscribe('net.client.socket', ({ socket }) => {
  socket.on('lookup', (_error, _address, _family, host) => appendFileSync(file, `${host}\n`));
  socket.on('connectionAttempt', (ip) => appendFileSync(file, `${ip}\n`));
});
