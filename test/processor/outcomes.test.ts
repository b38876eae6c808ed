import { logs } from '@opentelemetry/api';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { currentRunHandle, type OutcomeInput, recordOutcome } from '../../processor/index.ts';
import { type Harness, inSpan, makeCall, startHarness, total } from './harness.ts';

let harness: Harness;
let events: InMemoryLogRecordExporter;
beforeEach(() => {
  harness = startHarness();
  events = new InMemoryLogRecordExporter();
  logs.setGlobalLoggerProvider(
    new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: events })] }),
  );
});
afterEach(async () => {
  logs.disable();
  await harness.stop();
});

const RESOLVED: OutcomeInput = { name: 'ticket-resolved', status: 'success' };

describe('recordOutcome', () => {
  it('counts the outcome and its value for whom the run is', async () => {
    withAttribution({ team: 'support', workflow: 'triage', userId: 'u-1' }, () => {
      recordOutcome({ ...RESOLVED, quantity: 2, valueUsd: 12.5, quality: 0.9, id: 'ticket-7' });
      recordOutcome({ name: 'ticket-resolved', status: 'failure' });
    });
    const points = await harness.collect();
    const place = { 'costspan.team': 'support', 'costspan.workflow': 'triage' };
    const success = { ...place, 'costspan.outcome.status': 'success' };
    expect(total(points, 'costspan.outcomes', success)).toBe(2);
    expect(total(points, 'costspan.outcomes', place)).toBe(3);
    expect(total(points, 'costspan.outcome.value.usd', place)).toBe(12.5);
    expect(Object.keys(points.get('costspan.outcomes')?.[0]?.attributes ?? {}).toSorted()).toEqual([
      'costspan.outcome.name',
      'costspan.outcome.status',
      'costspan.team',
      'costspan.workflow',
    ]);
  });

  it('emits an event inside the run', () => {
    let runId: unknown;
    inSpan(harness, 'GET /', () => {
      runId = makeCall(harness)['costspan.run.id'];
      recordOutcome({ ...RESOLVED, valueUsd: 2, at: new Date(1_000) });
    });
    const [event] = events.getFinishedLogRecords();
    expect(event?.eventName).toBe('costspan.outcome');
    expect(event?.hrTime).toEqual([1, 0]);
    expect(event?.spanContext?.spanId).toBe(harness.span('GET /').spanContext().spanId);
    expect(event?.attributes).toEqual({
      'costspan.outcome.name': 'ticket-resolved',
      'costspan.outcome.status': 'success',
      'costspan.outcome.quantity': 1,
      'costspan.outcome.value.usd': 2 + 2 ** -51,
      'costspan.run.id': runId,
    });
  });

  it('counts an outcome with an id once', async () => {
    for (let time = 0; time < 3; time += 1) recordOutcome({ ...RESOLVED, id: 'a' });
    recordOutcome({ ...RESOLVED, id: 'b' });
    recordOutcome(RESOLVED);
    recordOutcome(RESOLVED);
    expect(total(await harness.collect(), 'costspan.outcomes')).toBe(4);
    expect(events.getFinishedLogRecords()).toHaveLength(4);
  });

  it('takes the handle of a run later, and somewhere else', async () => {
    const [handle, runId] = withAttribution(
      { team: 'support', workflow: 'triage', userId: 'u-1' },
      () => [currentRunHandle(), makeCall(harness)['costspan.run.id']] as const,
    );
    expect(Buffer.from(handle, 'base64url').toString()).not.toContain('u-1');
    withAttribution({ team: 'batch' }, () => recordOutcome({ ...RESOLVED, run: handle }));
    const points = await harness.collect();
    const place = { 'costspan.team': 'support', 'costspan.workflow': 'triage' };
    expect(total(points, 'costspan.outcomes', place)).toBe(1);
    expect(events.getFinishedLogRecords()[0]?.attributes['costspan.run.id']).toBe(runId);
  });

  it('names another workflow when told to', async () => {
    withAttribution({ team: 't', workflow: 'a' }, () =>
      recordOutcome({ ...RESOLVED, workflow: 'b' }),
    );
    const points = await harness.collect();
    expect(total(points, 'costspan.outcomes', { 'costspan.workflow': 'b' })).toBe(1);
  });

  it.each([
    ['no object', undefined],
    ['no name', { status: 'success' }],
    ['a long name', { name: 'x'.repeat(65), status: 'success' }],
    ['an unknown status', { name: 'n', status: 'done' }],
    ['a quantity of 0', { ...RESOLVED, quantity: 0 }],
    ['a quantity that is NaN', { ...RESOLVED, quantity: Number.NaN }],
    ['a negative value', { ...RESOLVED, valueUsd: -1 }],
    ['an infinite value', { ...RESOLVED, valueUsd: Number.POSITIVE_INFINITY }],
    ['an empty id', { ...RESOLVED, id: '' }],
    ['a date that is none', { ...RESOLVED, at: new Date(Number.NaN) }],
    ['a handle that is none', { ...RESOLVED, run: 'nonsense' }],
  ])('refuses %s without throwing, and counts it', async (_, outcome) => {
    expect(() => {
      recordOutcome(outcome as OutcomeInput);
    }).not.toThrow();
    const points = await harness.collect();
    expect(points.get('costspan.outcomes')).toBeUndefined();
    expect(total(points, 'costspan.internal.errors', { 'costspan.component': 'outcome' })).toBe(1);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (outcome, run) => {
        recordOutcome(outcome as OutcomeInput);
        recordOutcome({ ...RESOLVED, run } as OutcomeInput);
      }),
    );
  });

  it('keeps names bounded', async () => {
    for (let index = 0; index < 1_000; index += 1)
      recordOutcome({ ...RESOLVED, name: `n-${index}` });
    const points = await harness.collect();
    expect(points.get('costspan.outcomes')?.length).toBeLessThanOrEqual(201);
    expect(total(points, 'costspan.outcomes')).toBe(1_000);
  });
});
