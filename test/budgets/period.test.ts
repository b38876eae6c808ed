import { assert, constantFrom, date, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompiledBudget } from '../../processor/governance/budgets/scope/compiled-budget.ts';
import { forecast } from '../../processor/governance/budgets/reporting/forecast.ts';
import { calendarPeriod, rollingPeriod } from '../../processor/governance/budgets/scope/period.ts';
import { resolveBudgets } from './support.ts';

const at = (text: string): number => Date.parse(text);
const shown = (ms: number | undefined): string => new Date(ms ?? NaN).toISOString();

describe('calendarPeriod', () => {
  it.each([
    // Month ends.
    ['month', 'Asia/Shanghai', '2026-11-30T15:59:59.999Z', '2026-11', '2026-11-30T16:00:00.000Z'],
    ['month', 'Asia/Shanghai', '2026-11-30T16:00:00Z', '2026-12', '2026-12-31T16:00:00.000Z'],
    ['month', 'America/New_York', '2026-12-01T04:59:59Z', '2026-11', '2026-12-01T05:00:00.000Z'],
    ['month', 'Europe/Berlin', '2026-12-31T23:00:00Z', '2027-01', '2027-01-31T23:00:00.000Z'],
    ['month', 'UTC', '2024-02-29T12:00:00Z', '2024-02', '2024-03-01T00:00:00.000Z'],
    // Days on which the clocks change are 23 and 25 hours long.
    ['day', 'America/New_York', '2026-03-08T12:00:00Z', '2026-03-08', '2026-03-09T04:00:00.000Z'],
    ['day', 'America/New_York', '2026-11-01T12:00:00Z', '2026-11-01', '2026-11-02T05:00:00.000Z'],
    ['day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-29', '2026-03-29T22:00:00.000Z'],
    // Midnight does not exist there on that day.
    ['day', 'America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06', '2026-09-07T03:00:00.000Z'],
    // The hour that comes twice is two periods.
    [
      'hour',
      'America/New_York',
      '2026-11-01T05:30:00Z',
      '2026-11-01T01-04:00',
      '2026-11-01T06:00:00.000Z',
    ],
    [
      'hour',
      'America/New_York',
      '2026-11-01T06:30:00Z',
      '2026-11-01T01-05:00',
      '2026-11-01T07:00:00.000Z',
    ],
    [
      'hour',
      'Asia/Kolkata',
      '2026-11-26T13:15:00Z',
      '2026-11-26T18+05:30',
      '2026-11-26T13:30:00.000Z',
    ],
    // ISO weeks around the new year.
    ['week', 'UTC', '2027-01-03T23:59:59Z', '2026-W53', '2027-01-04T00:00:00.000Z'],
    ['week', 'UTC', '2027-01-04T00:00:00Z', '2027-W01', '2027-01-11T00:00:00.000Z'],
    ['week', 'Asia/Shanghai', '2026-11-22T16:00:00Z', '2026-W48', '2026-11-29T16:00:00.000Z'],
    ['quarter', 'UTC', '2026-11-26T00:00:00Z', '2026-Q4', '2027-01-01T00:00:00.000Z'],
    ['quarter', 'America/New_York', '2026-04-01T03:00:00Z', '2026-Q1', '2026-04-01T04:00:00.000Z'],
  ] as const)('%s in %s at %s is %s, to %s', (kind, zone, now, id, end) => {
    const period = calendarPeriod(kind, zone, at(now));
    expect([period.id, shown(period.endMs)]).toEqual([id, end]);
  });

  it('leaves no instant out and puts none in two periods, in any zone', () => {
    const kinds = constantFrom('hour', 'day', 'week', 'month', 'quarter' as const);
    const zones = constantFrom(
      'UTC',
      'America/New_York',
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/Santiago',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
    );
    const instants = date({
      min: new Date('2024-01-01T00:00:00Z'),
      max: new Date('2029-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    assert(
      property(kinds, zones, instants, (kind, zone, now) => {
        const period = calendarPeriod(kind, zone, now.getTime());
        expect(period.startMs).toBeLessThanOrEqual(now.getTime());
        expect(period.endMs).toBeGreaterThan(now.getTime());
        if (kind === 'hour') return;
        expect(calendarPeriod(kind, zone, period.startMs!)).toEqual(period);
        expect(calendarPeriod(kind, zone, period.endMs! - 1)).toEqual(period);
        expect(calendarPeriod(kind, zone, period.endMs!).startMs).toBe(period.endMs);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('is followed by the next one at its end, also by the copy that a budget keeps', () => {
    const [config] = resolveBudgets({
      id: 'a',
      limitUsd: 1,
      period: 'day',
      timezone: 'America/New_York',
    });
    const budget = new CompiledBudget(config!);
    const ids = [
      '2026-11-02T04:59:59Z',
      '2026-11-02T05:00:00Z',
      // The clock of the machine was set back.
      '2026-11-02T04:59:59Z',
    ].map((now) => budget.periodAt(at(now), '').id);
    expect(ids).toEqual(['2026-11-01', '2026-11-02', '2026-11-01']);
  });
});

describe('rollingPeriod', () => {
  it('covers the whole window and at most one bucket more', () => {
    const now = at('2026-11-26T13:37:00Z');
    const { id, olderIds = [] } = rollingPeriod(24, now);
    const idAgo = (hours: number): string => rollingPeriod(24, now - hours * 3_600_000).id;
    expect(olderIds).toContain(idAgo(23.99));
    expect(olderIds).not.toContain(idAgo(25));
    expect(olderIds).not.toContain(id);
  });
});

describe('forecast', () => {
  const month = calendarPeriod('month', 'UTC', at('2026-11-15T00:00:00Z'));

  it('says nothing at the very beginning, then carries the average on', () => {
    expect(forecast(5, {}, month, at('2026-11-01T02:00:00Z'))).toBeUndefined();
    expect(forecast(30, {}, month, at('2026-11-04T00:00:00Z'))).toBeCloseTo(300);
  });

  it('carries the level of the last days on once there is a week of them', () => {
    const days: Record<string, number> = {};
    for (let day = 1; day <= 14; day += 1) {
      days[`2026-11-${String(day).padStart(2, '0')}`] = day <= 7 ? 10 : 30;
    }
    const expected = forecast(280, days, month, at('2026-11-15T00:00:00Z'));
    // Between what the first and the second week would make of the 16 days left.
    expect(expected).toBeGreaterThan(280 + 16 * 20);
    expect(expected).toBeLessThan(280 + 16 * 30);
  });
});
