import { performance } from 'node:perf_hooks';
import { compareVersions } from '../../instrumentation/core/version-range.ts';
import type { CheckStatus } from './check.ts';
import { NoRedisError, ReplyError, RespClient } from './resp-client.ts';

/** The oldest server whose scripts and commands the budgets can use. */
const OLDEST_REDIS = '6.2';

export interface StoreVerdict {
  readonly status: CheckStatus;
  readonly found: string;
}

/**
 * Connects as the budgets would, and looks whether they could count there. Changes nothing. Answers
 * within `deadlineMs`.
 *
 * @param shown `url` without its password.
 */
export async function probeRedis(
  url: string,
  shown: string,
  deadlineMs: number,
): Promise<StoreVerdict> {
  const address = new URL(url);
  const isTls = address.protocol === 'rediss:';
  const host = address.hostname.replace(/^\[(.*)\]$/u, '$1') || 'localhost';
  const client = RespClient.open(host, Number(address.port) || 6379, isTls);
  const timer = setTimeout(() => {
    client.close(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
  }, deadlineMs);
  try {
    return await examine(client, address, shown);
  } catch (error) {
    const fault =
      error instanceof ReplyError
        ? replyFault(error)
        : client.waitsForTls && isTimeout(error)
          ? fail('does not answer the greeting of TLS, as a server without TLS: write redis://.')
          : connectionFault(error, isTls);
    return { ...fault, found: `${shown} ${fault.found}` };
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

async function examine(client: RespClient, address: URL, shown: string): Promise<StoreVerdict> {
  const startedMs = performance.now();
  const user = decodeURIComponent(address.username);
  const password = decodeURIComponent(address.password);
  if (password !== '') {
    await client.send('AUTH', ...(user === '' ? [password] : [user, password]));
  }
  const database = address.pathname.slice(1);
  if (database !== '') await client.send('SELECT', database);
  const info = await client.send('INFO');
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'mu').exec(info)?.[1];
  const valkey = fact('valkey_version');
  const version = valkey ?? fact('redis_version') ?? '?';
  const server = `${valkey === undefined ? 'Redis' : 'Valkey'} ${version}`;
  if (compareVersions(version, OLDEST_REDIS) < 0) {
    return {
      status: 'fail',
      found: `${shown} is ${server}, and budgets need ${OLDEST_REDIS} or newer: upgrade the server.`,
    };
  }
  if (fact('role') === 'slave') {
    return {
      status: 'fail',
      found: `${shown} is a replica, where nothing can be counted: name the primary.`,
    };
  }
  await client.send('EVAL', 'return 1', '0');
  const millis = Math.round(performance.now() - startedMs);
  const policy = fact('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction' && Number(fact('maxmemory')) > 0) {
    return {
      status: 'warn',
      found: `${shown} (${server}) forgets keys when its memory is full (maxmemory-policy ${policy}), budgets among them: set noeviction.`,
    };
  }
  return { status: 'ok', found: `${shown}, ${server}, answers in ${millis} ms.` };
}

function isTimeout(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'ETIMEDOUT';
}

/** What an answer means that is an error. */
function replyFault({ message }: Error): StoreVerdict {
  const [word] = message.split(' ');
  switch (word) {
    case 'NOAUTH':
      return fail('wants a password: write redis://:<password>@<host> in store or COSTSPAN_STORE.');
    case 'WRONGPASS':
      return fail('refuses the password: correct it in store or COSTSPAN_STORE.');
    case 'NOPERM':
      return fail(`does not let this user do what budgets need: grant it. It says: ${message}`);
    case 'LOADING':
      return { status: 'warn', found: 'is still loading its data: try again in a moment.' };
    default:
      break;
  }
  if (/without any password/u.test(message)) {
    return fail('has no password, and one is sent: take it out, or name the user too.');
  }
  if (/DB index|SELECT is not allowed/u.test(message)) {
    return fail('does not have that database: correct the number behind the host.');
  }
  return fail(`refuses what budgets need. It says: ${message}`);
}

/** Out of reach from here may be within reach of the service; the rest is wrong anywhere. */
function connectionFault(error: unknown, isTls: boolean): StoreVerdict {
  const { code = '', message = '' } = error as {
    readonly code?: string;
    readonly message?: string;
  };
  if (error instanceof NoRedisError) {
    // A TLS server answers an unencrypted greeting with an alert.
    return message.startsWith('\u0015')
      ? fail('wants TLS: write rediss:// instead of redis://.')
      : fail('is no Redis server: correct the port in store or COSTSPAN_STORE.');
  }
  switch (code) {
    case 'ECONNREFUSED':
      return away('does not answer: nothing listens there (ECONNREFUSED)');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return away(`does not answer: no host of that name is known (${code})`);
    case 'ETIMEDOUT':
      return away('does not answer in time');
    case 'ECONNRESET':
    case 'EPIPE':
      return isTls
        ? fail('closes the connection, as a server without TLS does: write redis://.')
        : fail('closes the connection, as a server that wants TLS does: write rediss://.');
    default:
      break;
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return fail('does not speak TLS: write redis:// instead of rediss://.');
  }
  if (/CERT|SIGNATURE|ALTNAME/u.test(code)) {
    return fail(
      `has a certificate that is not trusted here (${code}): name its CA in NODE_EXTRA_CA_CERTS.`,
    );
  }
  return away(`does not answer (${code === '' ? message : code})`);
}

function away(what: string): StoreVerdict {
  return {
    status: 'warn',
    found: `${what}, from here: start it, or correct store or COSTSPAN_STORE.`,
  };
}

export function fail(found: string): StoreVerdict {
  return { status: 'fail', found };
}
