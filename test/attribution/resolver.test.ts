import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../conventions/index.ts';
import {
  admitAttribution,
  AttributionRequiredError,
  AttributionResolver,
  withAttribution,
  type AttributionScope,
} from '../../processor/node/attribution/index.ts';
import { contextWithBaggage } from './support.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

function resolveInside(resolver: AttributionResolver, code: Attribution): AttributionScope {
  return withAttribution(code, () => resolver.resolve(context.active()));
}

const maybe = (value: string): fc.Arbitrary<string | undefined> =>
  fc.option(fc.constant(value), { nil: undefined });

describe('AttributionResolver', () => {
  it('lets code win over environment, that over believed baggage, that over defaults', () => {
    fc.assert(
      fc.property(
        maybe('from-code'),
        maybe('from-environment'),
        maybe('from-baggage'),
        maybe('from-defaults'),
        fc.boolean(),
        (code, environment, baggage, defaults, isBelieved) => {
          const resolver = new AttributionResolver({
            environment: { team: environment },
            defaults: { team: defaults },
            inbound: isBelieved ? ['team'] : [],
          });
          const ctx =
            baggage === undefined ? ROOT_CONTEXT : contextWithBaggage({ 'costspan.team': baggage });
          const scope = context.with(ctx, () => resolveInside(resolver, { team: code }));
          const candidates = [
            ['code', code],
            ['environment', environment],
            ['baggage', isBelieved ? baggage : undefined],
            ['defaults', defaults],
          ] as const;
          const winner = candidates.find(([, value]) => value !== undefined);
          expect(scope.values.team).toBe(winner?.[1]);
          expect(scope.sources.team).toBe(winner?.[0]);
        },
      ),
    );
  });

  it('builds the attributes of a span under their telemetry names', () => {
    const resolver = new AttributionResolver({ required: ['team', 'project', 'userId'] });
    const scope = resolveInside(resolver, {
      team: 'support',
      workflow: 'triage',
      application: 'desk',
      costCenter: 'cc-1',
      useCase: 'answering',
      businessProcess: 'service',
      requestType: 'ticket',
      businessOwner: 'head-of-support',
      technicalOwner: 'platform-lead',
      pool: 'production',
      environment: 'staging',
    });
    expect(scope.spanAttributes).toEqual({
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
      'costspan.application': 'desk',
      'costspan.cost_center': 'cc-1',
      'costspan.use_case': 'answering',
      'costspan.business_process': 'service',
      'costspan.request_type': 'ticket',
      'costspan.business_owner': 'head-of-support',
      'costspan.technical_owner': 'platform-lead',
      'costspan.pool': 'production',
      'deployment.environment.name': 'staging',
      'costspan.attribution.missing': ['costspan.project', 'user.id'],
    });
    expect(scope.missing).toEqual(['project', 'userId']);
  });

  it('gives the dimensions in the configured order and never the user', () => {
    const resolver = new AttributionResolver({
      dimensions: ['workflow', 'userId', 'pool', 'team'],
    });
    expect(resolveInside(resolver, { team: 'a', userId: 'u', workflow: 'w' }).dimensions).toEqual([
      'w',
      undefined,
      'a',
    ]);
  });

  it('returns the same object while the attribution stays the same', () => {
    const resolver = new AttributionResolver({ inbound: ['team'] });
    expect(resolver.resolve(ROOT_CONTEXT)).toBe(
      resolver.resolve(ROOT_CONTEXT.setValue(Symbol('x'), 1)),
    );
    const ctx = contextWithBaggage({ 'costspan.team': 'a' });
    expect(resolver.resolve(ctx)).toBe(resolver.resolve(ctx.setValue(Symbol('x'), 1)));
    withAttribution({ team: 'support' }, () => {
      const scope = resolver.resolve(context.active());
      const span = trace.wrapSpanContext({
        traceId: '1'.repeat(32),
        spanId: '1'.repeat(16),
        traceFlags: 0,
      });
      expect(resolver.resolve(trace.setSpan(context.active(), span))).toBe(scope);
    });
  });

  it('takes a new configuration in the midst of a scope', () => {
    const resolver = new AttributionResolver({ defaults: { pool: 'production' } });
    withAttribution({ team: 'support' }, () => {
      expect(resolver.resolve(context.active()).values).toEqual({
        team: 'support',
        pool: 'production',
      });
      resolver.configure({ defaults: { pool: 'sandbox' } });
      expect(resolver.resolve(context.active()).values).toEqual({
        team: 'support',
        pool: 'sandbox',
      });
    });
    expect(resolver.resolve(ROOT_CONTEXT).values).toEqual({ pool: 'sandbox' });
  });

  it('drops unusable values of the configuration', () => {
    const resolver = new AttributionResolver({
      defaults: { team: 'x'.repeat(65), pool: 'production' },
      environment: { workflow: '\u0007' },
    });
    expect(resolver.resolve(ROOT_CONTEXT).values).toEqual({ pool: 'production' });
  });

  it('keeps two resolvers apart that read the same context', () => {
    const first = new AttributionResolver({ defaults: { pool: 'one' } });
    const second = new AttributionResolver({ defaults: { pool: 'two' } });
    withAttribution({ team: 'a' }, () => {
      for (let round = 0; round < 3; round++) {
        expect(first.resolve(context.active()).values.pool).toBe('one');
        expect(second.resolve(context.active()).values.pool).toBe('two');
      }
    });
  });

  it('is immutable', () => {
    const scope = resolveInside(new AttributionResolver(), { team: 'a' });
    expect(() => Object.assign(scope.values, { team: 'b' })).toThrow(TypeError);
    expect(() => Object.assign(scope.spanAttributes, { 'costspan.team': 'b' })).toThrow(TypeError);
  });
});

describe('admitAttribution', () => {
  const required = ['team', 'workflow'] as const;

  it('lets a call pass that has what is required, and in mode warn any call', () => {
    const block = new AttributionResolver({ required, mode: 'block' });
    expect(admitAttribution(resolveInside(block, { team: 'a', workflow: 'w' }))).toBeUndefined();
    const warn = new AttributionResolver({ required });
    expect(admitAttribution(resolveInside(warn, {}))).toBeUndefined();
  });

  it('refuses a call that lacks something, and says how to mend it', () => {
    const resolver = new AttributionResolver({ required, mode: 'block' });
    const error = admitAttribution(resolveInside(resolver, { team: 'a' }));
    expect(error).toBeInstanceOf(AttributionRequiredError);
    expect(error).toMatchObject({
      name: 'AttributionRequiredError',
      code: 'costspan_attribution_required',
      missing: ['workflow'],
      [Symbol.for('costspan.error')]: true,
    });
    expect(error?.message).toContain("withAttribution({ workflow: '…' }, fn)");
    expect(error).not.toHaveProperty('status');
  });
});
