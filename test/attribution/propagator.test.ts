import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  baggageEntryMetadataFromString,
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type BaggageEntry,
  type Context,
} from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  attributionBaggage,
  AttributionResolver,
  CostspanPropagator,
  inboundRun,
  setAttributionResolver,
  stripBaggage,
  withAttribution,
  type AttributionOptions,
  type InboundRequest,
} from '../../processor/node/attribution/index.ts';
import { configureBaggageHeader } from '../../processor/node/attribution/baggage-header.ts';
import { contextWithBaggage, headerGetter, headerSetter, type Headers } from './support.ts';

const inner = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());
afterEach(() => setAttributionResolver(new AttributionResolver()));

function extract(
  baggage: string | string[],
  verifyInbound?: (request: InboundRequest) => boolean,
  headers: Headers = {},
): Context {
  const carrier = { traceparent: TRACEPARENT, baggage, ...headers };
  return new CostspanPropagator({ inner, verifyInbound }).extract(
    ROOT_CONTEXT,
    carrier,
    headerGetter,
  );
}

function resolve(ctx: Context, options: AttributionOptions) {
  return new AttributionResolver(options).resolve(ctx);
}

function otelBaggage(ctx: Context): Record<string, string> {
  const entries = propagation.getBaggage(ctx)?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([name, entry]) => [name, entry.value]));
}

describe('CostspanPropagator', () => {
  it('moves our members out of the baggage, and leaves the rest of the request', () => {
    const ctx = extract('tenant=acme,costspan.team=support,costspan.unknown=x,costspan.run.id=r1');
    expect(otelBaggage(ctx)).toEqual({ tenant: 'acme' });
    expect(trace.getSpanContext(ctx)?.traceId).toBe('a'.repeat(32));
    expect(resolve(ctx, { inbound: ['team', 'runId'] })).toMatchObject({
      values: { team: 'support' },
      sources: { team: 'baggage' },
      inboundRun: { id: 'r1' },
    });
  });

  it('leaves no empty baggage behind', () => {
    expect(propagation.getBaggage(extract('costspan.team=support'))).toBeUndefined();
  });

  it('does not believe a forged team that is not on the allow-list', () => {
    const ctx = extract('costspan.team=ceo,costspan.workflow=triage');
    expect(resolve(ctx, {}).values).toEqual({});
    expect(resolve(ctx, { inbound: ['workflow'] }).values).toEqual({ workflow: 'triage' });
    expect(resolve(ctx, { inbound: ['team'], environment: { team: 'own' } }).values.team).toBe(
      'own',
    );
    context.with(ctx, () =>
      withAttribution({ team: 'code' }, () => {
        expect(resolve(context.active(), { inbound: ['team'] }).values.team).toBe('code');
      }),
    );
  });

  it('believes a run id by default, and not where the allow-list leaves it out', () => {
    const ctx = extract('costspan.run.id=0123456789abcdef');
    expect(inboundRun(ctx)).toEqual({ id: '0123456789abcdef' });
    setAttributionResolver(new AttributionResolver({ inbound: ['team'] }));
    expect(inboundRun(ctx)).toBeUndefined();
    expect(inboundRun(extract('costspan.run.id=a%20b'))).toBeUndefined();
  });

  it('marks what nobody vouched for', () => {
    const inbound = ['team'] as const;
    expect(resolve(extract('costspan.team=a'), { inbound }).inboundVerified).toBe(false);
    expect(
      resolve(
        extract('costspan.team=a', () => true),
        { inbound },
      ).inboundVerified,
    ).toBe(true);
    expect(resolve(extract('costspan.pool=a'), { inbound }).inboundVerified).toBe(true);
  });

  it('does not vouch for members that were added after a request was verified', () => {
    const verified = extract('costspan.team=a', () => true);
    const options: AttributionOptions = { inbound: ['team', 'workflow'] };
    expect(resolve(verified, options).inboundVerified).toBe(true);
    const later = resolve(contextWithBaggage({ 'costspan.workflow': 'w' }, verified), options);
    expect(later.values).toEqual({ team: 'a', workflow: 'w' });
    expect(later.inboundVerified).toBe(false);
  });

  it('shows verifyInbound the claims and the headers', () => {
    const verify = vi.fn((request: InboundRequest) => request.header('x-signature') === 'good');
    const ctx = extract('costspan.team=a,costspan.run.id=r1', verify, { 'x-signature': ['good'] });
    expect(resolve(ctx, { inbound: ['team'] }).values).toEqual({ team: 'a' });
    expect(verify.mock.calls[0]?.[0]).toMatchObject({ values: { team: 'a' }, runId: 'r1' });
  });

  it.each([
    ['says no', () => false],
    [
      'throws',
      () => {
        throw new Error('verify');
      },
    ],
    ['answers with a promise', (() => Promise.resolve(true)) as unknown as () => boolean],
  ])('believes nothing when verifyInbound %s', (_name, verify) => {
    const ctx = extract('costspan.team=ceo,user.id=u-1,costspan.run.id=r1', verify);
    const scope = resolve(ctx, { inbound: ['team', 'userId', 'runId'] });
    expect(scope.values).toEqual({});
    expect(scope.inboundRun).toBeUndefined();
    expect(otelBaggage(ctx)).toEqual({ 'user.id': 'u-1' });
  });

  it('leaves a user.id of the application in its place, and takes out one that costspan wrote', () => {
    const plain = extract('user.id=u-1');
    expect(otelBaggage(plain)).toEqual({ 'user.id': 'u-1' });
    expect(resolve(plain, { inbound: ['userId'] }).values).toEqual({ userId: 'u-1' });
    expect(resolve(plain, { inbound: ['team'] }).values).toEqual({});
    const ours = extract('user.id=u-1;costspan');
    expect(otelBaggage(ours)).toEqual({});
    expect(resolve(ours, { inbound: ['userId'] }).values).toEqual({ userId: 'u-1' });
  });

  it('reads back what attributionBaggage wrote', () => {
    configureBaggageHeader(['team', 'userId', 'environment', 'runId'], undefined);
    const header = withAttribution({ team: 'ü,;=% "x"', userId: 'u-1', environment: 'prod' }, () =>
      attributionBaggage(),
    );
    const ctx = extract(header ?? '');
    expect(otelBaggage(ctx)).toEqual({});
    const scope = resolve(ctx, { inbound: ['team', 'userId', 'environment', 'runId'] });
    expect(scope.values).toEqual({ team: 'ü,;=% "x"', userId: 'u-1', environment: 'prod' });
    expect(scope.inboundRun?.id).toMatch(/^[\da-f]{16}$/);
  });

  it('takes no values that break the rules', () => {
    const long = 'x'.repeat(65);
    const ctx = extract(`costspan.team=${long},costspan.workflow=a%0Ab,costspan.pool=p`);
    expect(resolve(ctx, { inbound: ['team', 'workflow', 'pool'] }).values).toEqual({ pool: 'p' });
  });

  it('reads 64 entries and 8,192 characters, and takes out what lies beyond', () => {
    const many = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`k${index}`, 'v']));
    const tooMany = contextWithBaggage({ ...many, 'costspan.team': 'ceo' });
    const tooLong = contextWithBaggage({ big: 'x'.repeat(8200), 'costspan.team': 'ceo' });
    const just = contextWithBaggage({ 'costspan.team': 'a', ...many });
    for (const [ctx, team] of [
      [tooMany, undefined],
      [tooLong, undefined],
      [just, 'a'],
    ] as const) {
      const stripped = stripBaggage(ctx);
      expect(otelBaggage(stripped)).not.toHaveProperty(['costspan.team']);
      expect(resolve(stripped, { inbound: ['team'] }).values.team).toBe(team);
    }
  });

  it.each(['', ',', '=', 'costspan.team', 'costspan.team=', '%', 'costspan.team=%E0%A4%A', ';;;'])(
    'copes with the header %j',
    (header) => {
      const ctx = extract(header);
      expect(resolve(ctx, { inbound: ['team', 'runId'] }).values).toEqual({});
    },
  );

  it('never writes our members, and always the others', () => {
    const propagator = new CostspanPropagator({ inner });
    const ctx = contextWithBaggage({
      tenant: 'acme',
      'costspan.team': 'support',
      'costspan.run.id': 'r1',
      'user.id': { value: 'u-1', metadata: baggageEntryMetadataFromString('costspan') },
    });
    withAttribution({ team: 'support' }, () => {
      const carrier: Headers = {};
      propagator.inject(ctx, carrier, headerSetter);
      expect(carrier).toEqual({ baggage: 'tenant=acme' });
    });
    expect(propagator.fields()).toEqual(inner.fields());
  });
});

describe('stripBaggage', () => {
  it('returns the very context when there is nothing to take out', () => {
    expect(stripBaggage(ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
    const ctx = contextWithBaggage({ tenant: 'acme', 'user.id': 'u-1' });
    expect(stripBaggage(ctx)).toBe(ctx);
  });

  it('keeps the attribution of what it takes out of an application-owned baggage', () => {
    const ctx = contextWithBaggage({
      tenant: 'acme',
      'costspan.team': 'support',
      'user.id': 'u-1',
    });
    const options: AttributionOptions = { inbound: ['team', 'userId'] };
    expect(resolve(ctx, options).values).toEqual({ team: 'support', userId: 'u-1' });
    const stripped = stripBaggage(ctx);
    expect(otelBaggage(stripped)).toEqual({ tenant: 'acme', 'user.id': 'u-1' });
    expect(resolve(stripped, options).values).toEqual({ team: 'support', userId: 'u-1' });
    expect(resolve(stripped, options).inboundVerified).toBe(false);
  });

  it('takes ours out of a baggage that the application built badly', () => {
    const hostile = {
      toString: () => {
        throw new Error('metadata');
      },
    };
    const entries = {
      a: undefined,
      b: { value: 7 },
      'user.id': { value: 'u-1', metadata: hostile },
      'costspan.team': { value: null },
      'costspan.pool': undefined,
    } as unknown as Record<string, BaggageEntry>;
    const ctx = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
    const names = propagation
      .getBaggage(stripBaggage(ctx))
      ?.getAllEntries()
      .map(([name]) => name);
    expect(names).toEqual(['a', 'b', 'user.id']);
  });

  it('keeps what code said', () => {
    withAttribution({ team: 'support' }, () => {
      const ctx = contextWithBaggage({ 'costspan.workflow': 'w' }, context.active());
      const before = resolve(ctx, { inbound: ['workflow'] });
      const after = resolve(stripBaggage(ctx), { inbound: ['workflow'] });
      expect(after).toEqual(before);
      expect(after.values).toEqual({ team: 'support', workflow: 'w' });
      expect(after.runScope).toBe(before.runScope);
    });
  });
});
