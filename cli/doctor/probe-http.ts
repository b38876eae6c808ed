import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { gzipSync } from 'node:zlib';
import {
  type Diagnosis,
  diagnose,
  exportTarget,
  grpcPort,
  type RequestFailure,
  wantsTls,
} from '../../instrumentation/register/export-failure.ts';
import type { OtlpEndpoint } from '../../instrumentation/register/otlp-endpoint.ts';
import type {
  OtlpCertificates,
  OtlpSettings,
  Signal,
} from '../../instrumentation/register/otlp-settings.ts';
import { failureOf } from '../../instrumentation/register/watch-requests.ts';

import { greetTls } from './greet-tls.ts';

/** Longest wait for the answer of one request, milliseconds. */
export const PROBE_MS = 5_000;
/** What is read of an answer. */
const MOST_BODY_BYTES = 4_096;

/** Where and how a probe is sent. */
export type ProbeSettings = OtlpSettings & { readonly endpoint: OtlpEndpoint };

/** `undefined`: it was taken. */
export type ProbeResult = Diagnosis | undefined;

/** Sends an empty request of `signal` as the exporter would send a full one, and judges the answer. */
export async function probeHttp(
  signal: Signal,
  protocol: string,
  settings: ProbeSettings,
  deadlineMs: number,
): Promise<ProbeResult> {
  const target = exportTarget(signal, protocol, settings.endpoint, settings);
  const answer = await send(protocol, settings, deadlineMs);
  const { status, type, code } = answer;
  if (status === undefined && (code === 'ECONNRESET' || code === 'EPIPE')) {
    // A server that wants to speak otherwise often just closes the connection.
    const spoken = await greetTls(settings.endpoint.url, deadlineMs);
    const isTls = settings.endpoint.url.startsWith('https:');
    if (spoken === 'h2') return grpcPort(target);
    if (spoken !== undefined && !isTls) return wantsTls(settings.endpoint.variable);
  }
  if (status === undefined || status > 299) return diagnose(answer, target);
  if (answer.body === '' || /json|protobuf|octet-stream/u.test(type ?? 'json')) return undefined;
  return {
    kind: 'refused',
    what: `it answers with ${type}, which no receiver of OTLP does (HTTP ${status})`,
    mend: `correct ${settings.endpoint.variable}`,
  };
}

type Answer = RequestFailure & { readonly type?: string | undefined };

function send(protocol: string, settings: ProbeSettings, deadlineMs: number): Promise<Answer> {
  const { endpoint, headers, compression, certificates } = settings;
  const isJson = protocol === 'http/json';
  const empty = Buffer.from(isJson ? '{}' : '');
  const isZipped = compression === 'gzip';
  const options = {
    method: 'POST',
    headers: {
      ...headers,
      'Content-Type': isJson ? 'application/json' : 'application/x-protobuf',
      ...(isZipped && { 'Content-Encoding': 'gzip' }),
    },
    agent: false as const,
  };
  return new Promise((resolve) => {
    let isDone = false;
    const finish = (answer: Answer): void => {
      isDone = true;
      clearTimeout(timer);
      resolve(answer);
      // Whatever it does then is no matter any more.
      sent?.on('error', () => undefined).destroy();
    };
    const onAnswer = (response: IncomingMessage): void => {
      read(response, finish);
    };
    const timer = setTimeout(finish, deadlineMs, { code: 'ETIMEDOUT' });
    let sent: ReturnType<typeof httpRequest> | undefined;
    try {
      const { url } = endpoint;
      sent = url.startsWith('https:')
        ? httpsRequest(url, { ...options, ...readCertificates(certificates) }, onAnswer)
        : httpRequest(url, options, onAnswer);
      sent.on('error', (error) => {
        if (!isDone) finish(failureOf(error));
      });
      sent.end(isZipped ? gzipSync(empty) : empty);
    } catch (error) {
      finish(failureOf(error));
    }
  });
}

function read(response: IncomingMessage, finish: (answer: Answer) => void): void {
  const { statusCode: status, headers } = response;
  const chunks: Buffer[] = [];
  let size = 0;
  const done = (): void => {
    const body = Buffer.concat(chunks).toString();
    finish({ status, body, type: headers['content-type']?.split(';')[0] });
  };
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BODY_BYTES) done();
  });
  response.on('end', done);
  response.on('error', done);
}

/** The files themselves, by the names that `node:tls` has for them. */
export function readCertificates(files: OtlpCertificates): {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
} {
  return Object.fromEntries(
    Object.entries(files)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, file]) => [name, readFileSync(file)]),
  );
}
