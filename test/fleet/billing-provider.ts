import type { TokenUsage } from '../../conventions/index.ts';
import { answerRealistically } from '../support/provider/answer.ts';
import type { Billed, ProviderRequest } from '../support/provider/reply.ts';
import { ProviderState } from '../support/provider/state.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

/** USD per million tokens, from the providers' own price lists. */
const PRICES: Readonly<Record<string, Partial<Record<keyof TokenUsage, number>>>> = {
  'gpt-4.1-mini-2025-04-14': { input: 0.4, cacheRead: 0.1, output: 1.6 },
  'gpt-4o-mini-2024-07-18': { input: 0.15, cacheRead: 0.075, output: 0.6 },
  'claude-haiku-4-5-20251001': { input: 1, cacheRead: 0.1, cacheWrite: 1.25, output: 5 },
};

/** Classes that a price applies to; the others say what these are made of. */
const CLASSES = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'output',
  'reasoning',
] as const;

/** Throws for a model or a class of tokens that it has no price of: an answer is never free. */
function billUsd({ model, usage }: Billed): number {
  let microUsd = 0;
  for (const name of CLASSES) {
    const tokens = usage[name] ?? 0;
    if (tokens === 0) continue;
    const price = PRICES[model]?.[name];
    if (price === undefined) throw new Error(`There is no price for ${name} of ${model}.`);
    microUsd += tokens * price;
  }
  return microUsd / 1e6;
}

/** What a provider charges one customer. */
export interface CustomerBill {
  calls: number;
  usd: number;
}

/** A provider that charges each API key on its own: the judge of what telemetry shows. */
export class BillingProvider implements AsyncDisposable {
  readonly server: ProviderServer;
  /** By API key. */
  readonly bills: ReadonlyMap<string, CustomerBill>;

  private constructor(server: ProviderServer, bills: ReadonlyMap<string, CustomerBill>) {
    this.server = server;
    this.bills = bills;
  }

  static async start(): Promise<BillingProvider> {
    const server = await startProviderServer({ record: false });
    const state = new ProviderState({});
    const bills = new Map<string, CustomerBill>();
    server.always(/./, (request) => {
      const reply = answerRealistically(request, state);
      if (reply.billed !== undefined) charge(bills, customer(request), billUsd(reply.billed));
      return reply;
    });
    return new BillingProvider(server, bills);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.close();
  }
}

function customer({ headers }: ProviderRequest): string {
  return headers['x-api-key'] ?? headers['authorization']?.replace('Bearer ', '') ?? 'nobody';
}

function charge(bills: Map<string, CustomerBill>, name: string, usd: number): void {
  const bill = bills.get(name) ?? { calls: 0, usd: 0 };
  bills.set(name, { calls: bill.calls + 1, usd: bill.usd + usd });
}
