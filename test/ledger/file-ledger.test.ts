import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLedger, type LedgerRow, readLedger } from '../../processor/governance/ledger/index.ts';

let folder: string;
const ledgers: FileLedger[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-ledger-'));
});
afterEach(async () => {
  await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
  rmSync(folder, { recursive: true, force: true });
});

type Options = Partial<ConstructorParameters<typeof FileLedger>[0]>;

function open(options: Options = {}): FileLedger {
  const ledger = new FileLedger({ folder, ...options });
  ledgers.push(ledger);
  return ledger;
}

const MONTH_START = Date.UTC(2026, 9, 1);

function row(id: string, endedMs = MONTH_START, more: Partial<LedgerRow> = {}): LedgerRow {
  return {
    v: 1,
    id,
    startedMs: endedMs - 800,
    endedMs,
    outcome: 'ok',
    operation: 'chat',
    provider: 'openai',
    priceState: 'priced',
    book: 'test',
    attribution: { team: 'support' },
    sources: { team: 'code' },
    retries: 0,
    charges: [{ budget: 'b', period: '2026-10', amount: 1_000, unit: 'usd' }],
    ...more,
  };
}

async function idsIn(path = folder): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of readLedger(path)) ids.push(id);
  return ids;
}

describe('FileLedger', () => {
  it('keeps every row, in order, and says when each is safe', async () => {
    const ledger = open();
    const safe = await Promise.all([1, 2, 3].map((n) => ledger.append(row(`call-${n}`))));
    expect(safe).toEqual([true, true, true]);
    expect(await idsIn()).toEqual(['call-1', 'call-2', 'call-3']);
  });

  it('gives back the whole row', async () => {
    const ledger = open();
    const whole = row('call-1', MONTH_START, {
      responseId: 'chatcmpl-1',
      usage: { input: 10, cacheRead: 5, output: 3 },
      usageSource: 'provider',
      decision: 'override',
      override: 'ovr-1',
    });
    await ledger.append(whole);
    const read: LedgerRow[] = [];
    for await (const each of readLedger(folder)) read.push(each);
    expect(read).toEqual([whole]);
  });

  it('begins a segment each day and each so many bytes, and drops days past keepDays', async () => {
    let now = MONTH_START;
    const ledger = open({ now: () => now, maxSegmentBytes: 2_000, keepDays: 20 });
    for (let day = 0; day < 31; day += 1) {
      now = MONTH_START + day * 86_400_000;
      for (let call = 0; call < 10; call += 1) await ledger.append(row(`${day}-${call}`, now));
    }
    await ledger.close();
    const dates = readdirSync(folder).map((name) => name.slice(0, 10));
    expect(new Set(dates).size).toBe(21);
    expect(dates.toSorted()[0]).toBe('2026-10-11');
    expect(dates.filter((date) => date === '2026-10-31').length).toBeGreaterThan(1);
    expect(await idsIn()).toHaveLength(210);
  });

  it('removes the oldest segments beyond its size, never one that may be in use', async () => {
    const problems: string[] = [];
    let now = MONTH_START;
    const ledger = open({
      now: () => now,
      maxSegmentBytes: 1,
      maxTotalBytes: 1_500,
      onProblem: (message) => problems.push(message),
    });
    for (let call = 0; call < 8; call += 1) {
      await ledger.append(row(`old-${call}`));
    }
    expect(await idsIn()).toHaveLength(8);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), 0, 0);
    now += 3 * 60 * 60 * 1000;
    await ledger.append(row('new'));
    await expect.poll(() => idsIn()).toEqual(['old-5', 'old-6', 'old-7', 'new']);
    expect(problems.join()).toContain('larger than its bound');
  });

  it('passes over the torn line that a power failure or a full disk leaves', async () => {
    const ledger = open();
    await ledger.append(row('call-1'));
    const [name = ''] = readdirSync(folder);
    appendFileSync(join(folder, name), '{"v":1,"id":"torn","endedMs":1791');
    const damaged: string[] = [];
    const ids: string[] = [];
    for await (const { id } of readLedger(folder, { onDamaged: (path) => damaged.push(path) })) {
      ids.push(id);
    }
    expect(ids).toEqual(['call-1']);
    expect(damaged).toEqual([join(folder, name)]);
  });

  it('loses and counts rows beyond its bound rather than grow', async () => {
    let lost = 0;
    const ledger = open({ maxQueuedBytes: 1_000, onProblem: (_message, count) => (lost += count) });
    const safe = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ledger.append(row(`call-${n}`))),
    );
    expect(lost).toBeGreaterThan(0);
    expect(safe.filter((is) => !is)).toHaveLength(lost);
    expect(await idsIn()).toHaveLength(20 - lost);
  });

  it('keeps rows in memory while the folder cannot be written, and writes them after', async () => {
    const problems: string[] = [];
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const inside = join(blocked, 'ledger');
    const ledger = open({ folder: inside, onProblem: (message) => problems.push(message) });
    expect(await ledger.append(row('call-1'))).toBe(false);
    expect(problems[0]).toContain('cannot be written');
    rmSync(blocked);
    await ledger.flush();
    expect(await idsIn(inside)).toEqual(['call-1']);
  });

  it('lets processes share a folder', async () => {
    const [one, other] = [open(), open()];
    await Promise.all([one.append(row('one')), other.append(row('other'))]);
    expect((await idsIn()).toSorted()).toEqual(['one', 'other']);
  });
});

describe('readLedger', () => {
  it('reads what ended within the time asked for', async () => {
    const ledger = open();
    for (const [id, at] of [
      ['1', 0],
      ['2', 1_000],
      ['3', 2_000],
    ] as const) {
      await ledger.append(row(id, MONTH_START + at));
    }
    const ids: string[] = [];
    const within = { sinceMs: MONTH_START + 1_000, untilMs: MONTH_START + 2_000 };
    for await (const { id } of readLedger(folder, within)) ids.push(id);
    expect(ids).toEqual(['2']);
  });

  it('is empty where there is no ledger yet', async () => {
    expect(await idsIn(join(folder, 'none'))).toEqual([]);
  });
});
