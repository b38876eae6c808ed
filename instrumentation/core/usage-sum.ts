import type { TokenUsage } from '../../conventions/index.ts';

/** The sum of two usages, class by class; a class that neither reports stays absent. */
export function addUsage(a: TokenUsage, b: TokenUsage | undefined): TokenUsage {
  const sum: TokenUsage = { ...a };
  for (const name of Object.keys(b ?? {}) as (keyof TokenUsage)[]) {
    const more = b?.[name];
    if (more !== undefined) sum[name] = (sum[name] ?? 0) + more;
  }
  return sum;
}
