import type { TokenUsage } from '../../../conventions/token-usage.ts';
import type { Billed } from './reply.ts';

/** Calls and tokens billed for one model. */
export interface ModelBill {
  calls: number;
  readonly usage: TokenUsage;
}

/**
 * What the provider charges for, by model as the response named it. An answer is billed in full
 * when its first byte is sent, whether or not the caller stays to the end.
 */
export class ProviderBill {
  readonly byModel: Map<string, ModelBill> = new Map();

  get calls(): number {
    return [...this.byModel.values()].reduce((sum, bill) => sum + bill.calls, 0);
  }

  add({ model, usage }: Billed): void {
    let bill = this.byModel.get(model);
    if (bill === undefined) {
      bill = { calls: 0, usage: {} };
      this.byModel.set(model, bill);
    }
    bill.calls += 1;
    for (const [key, count] of Object.entries(usage) as [keyof TokenUsage, number | undefined][]) {
      if (count !== undefined) bill.usage[key] = (bill.usage[key] ?? 0) + count;
    }
  }

  clear(): void {
    this.byModel.clear();
  }
}
