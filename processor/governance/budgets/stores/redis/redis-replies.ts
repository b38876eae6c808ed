import type { AccountFigures, Crossing } from '../store.ts';

/** Replies come as arrays, or as sets, maps and buffers, as the client and its protocol like it. */
export function array(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  return reply instanceof Set ? [...(reply as Set<unknown>)] : [];
}

export function text(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  if (Buffer.isBuffer(reply)) return reply.toString();
  return typeof reply === 'number' ? String(reply) : '';
}

export function words(reply: unknown): readonly string[] {
  return array(reply).map(text);
}

export function figuresOf(reply: unknown): AccountFigures {
  const [committed, held, extra] = array(reply);
  return { committed: Number(committed), held: Number(held), extra: Number(extra) };
}

export function crossingsOf(reply: unknown): readonly Crossing[] {
  return array(reply).map((entry) => {
    const [charge, threshold] = array(entry);
    return { charge: Number(charge), threshold: Number(threshold) };
  });
}

/** Pairs of a name and an amount; of one that comes twice, the sum. */
export function daysOf(reply: unknown): Record<string, number> {
  const days: Record<string, number> = {};
  const pairs = words(reply);
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const day = pairs[index]!;
    days[day] = (days[day] ?? 0) + Number(pairs[index + 1]);
  }
  return days;
}
