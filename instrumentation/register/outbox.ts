import { globalErrorHandler } from '@opentelemetry/core';
import type { ExportHealth } from './export-health.ts';
import { sendNow } from './send-now.ts';
import type { SendTarget } from './send-worker.ts';
import type { Unsent } from './unsent.ts';

/** One exporter of ours, as the end of the process needs it. */
interface Outbox<Items> {
  readonly unsent: Unsent<Items>;
  readonly health: ExportHealth;
  readonly target: SendTarget;
  /** Whether a later export must not arrive before an earlier one. */
  readonly isOrdered: boolean;
  encode(items: Items): Uint8Array | undefined;
}

interface Parcel {
  readonly outbox: Outbox<unknown>;
  readonly items: unknown[];
  readonly bodies: Uint8Array[];
}

const outboxes: Outbox<unknown>[] = [];

export function addOutbox<Items>(outbox: Outbox<Items>): void {
  outboxes.push(outbox);
}

/**
 * Sends what all our exporters have not sent before it returns, in at most `limitMillis`. An export
 * whose answer is outstanding is sent again. Returns how many calls nobody has been told of then,
 * which is 0 where only other telemetry is left, and `undefined` where nothing is. Never throws.
 */
export function sendUnsent(limitMillis: number): number | undefined {
  const deadline = performance.now() + limitMillis;
  const parcels: Parcel[] = [];
  let isWhole = true;
  for (const outbox of outboxes) {
    try {
      parcels.push(...packed(outbox));
    } catch (error) {
      isWhole = false;
      globalErrorHandler(error instanceof Error ? error : String(error));
    }
  }
  if (parcels.length === 0) return isWhole ? undefined : 0;
  const millis = deadline - performance.now();
  const left = new Map<Outbox<unknown>, unknown[]>();
  const taken = millis < 1 ? [] : send(parcels, millis);
  for (const [index, { outbox, items }] of parcels.entries()) {
    for (const [place, each] of items.entries()) {
      if (taken[index]?.[place] === true) outbox.unsent.ended(each, true);
      else left.set(outbox, [...(left.get(outbox) ?? []), each]);
    }
  }
  if (left.size === 0) return isWhole ? undefined : 0;
  return Math.max(...[...left].map(([outbox, items]) => outbox.unsent.calls(items)));
}

function send(parcels: readonly Parcel[], millis: number): readonly (readonly boolean[])[] {
  const deliveries = parcels.map(({ outbox, bodies }) => ({ target: outbox.target, bodies }));
  const { taken, failures, isLate } = sendNow(deliveries, millis);
  const known = new Set(failures.map(({ delivery }) => delivery));
  const silent = [...parcels.keys()].filter((delivery) => isLate && !known.has(delivery));
  const told = [...failures, ...silent.map((delivery) => ({ delivery, code: 'ETIMEDOUT' }))];
  for (const { delivery, ...failure } of told) {
    const health = parcels[delivery]?.outbox.health;
    if (health === undefined || taken[delivery]?.every(Boolean) === true) continue;
    health.isEnding = true;
    health.requestFailed(failure);
  }
  return taken;
}

function packed(outbox: Outbox<unknown>): Parcel[] {
  const parcels: Parcel[] = [];
  for (const items of outbox.unsent.read()) {
    const body = outbox.encode(items);
    if (body === undefined) continue;
    const [last] = outbox.isOrdered ? parcels.slice(-1) : [];
    if (last === undefined) parcels.push({ outbox, items: [items], bodies: [body] });
    else {
      last.items.push(items);
      last.bodies.push(body);
    }
  }
  return parcels;
}
