import type { ChildProcess } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type Context, context } from '@opentelemetry/api';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { type Method, defineHidden } from '../core/patch.ts';
import { asDictionary } from '../../providers/read.ts';
import { Session } from './session.ts';

/** Longer than any message with figures in it; what is longer is not looked at. */
const LONGEST_LINE = 16 * 1024 * 1024;

let subscribed = false;

/**
 * Hears of every process that is started, and follows those that are Claude Code in the SDK's
 * format. Node tells of a process on a channel, before it runs and in the context of who starts it.
 * @see https://nodejs.org/api/diagnostics_channel.html#built-in-channels
 */
export function followChildren(): boolean {
  if (subscribed) return false;
  subscribed = true;
  channel('child_process').subscribe((message) => {
    guarded('claude-agent', () => childStarted(message), undefined);
  });
  return true;
}

function childStarted(message: unknown): void {
  if (currentObserver() === undefined) return;
  const child = asDictionary(message)?.['process'] as ChildProcess | undefined;
  if (child === undefined) return;
  const parent = context.active();
  // What it is told to run is set by then, and nothing of it has been read.
  process.nextTick(() => guarded('claude-agent', () => follow(child, parent), undefined));
}

function follow(child: ChildProcess, parent: Context): void {
  const { spawnargs, stdout } = child;
  if (!Array.isArray(spawnargs) || stdout === null) return;
  if (valueOf(spawnargs, '--output-format') !== 'stream-json') return;
  if (valueOf(spawnargs, '--input-format') !== 'stream-json') return;
  const session = new Session(parent, valueOf(spawnargs, '--resume'));
  observeLines(stdout, (line) => {
    const parsed: unknown = JSON.parse(line);
    const fields = asDictionary(parsed);
    if (fields !== undefined) session.message(fields);
  });
  child.once('close', () => session.closed());
}

function valueOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  if (at >= 0) return args[at + 1];
  return args.find((arg) => arg.startsWith(`${option}=`))?.slice(option.length + 1);
}

/** Sees the lines that hold figures as they come in; the stream is read by the SDK alone. */
function observeLines(stream: Readable, use: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const push = stream.push as Method;
  defineHidden(stream, 'push', (chunk: unknown, ...more: unknown[]) => {
    guarded(
      'claude-agent',
      () => {
        rest += chunk instanceof Uint8Array ? decoder.write(Buffer.from(chunk)) : '';
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > LONGEST_LINE) rest = '';
        for (const line of lines) if (hasFigures(line)) use(line);
      },
      undefined,
    );
    return push.call(stream, chunk, ...more) as unknown;
  });
}

function hasFigures(line: string): boolean {
  return line.includes('"type":"result"') || line.includes('"type":"assistant"');
}
