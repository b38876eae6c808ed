import type { ResolvedConfig } from '../governance/config/index.ts';

/**
 * What a configuration asks to stop and nobody can who hears of calls by their spans alone, in one
 * sentence; `undefined` where it asks for nothing of the kind.
 */
export function unstoppable(config: ResolvedConfig): string | undefined {
  const budgets = config.budgets.filter(({ mode }) => mode !== 'soft').map(({ id }) => id);
  const asked = [
    ...(budgets.length === 0 ? [] : [`budgets (${budgets.join(', ')})`]),
    ...(config.agents.length === 0 ? [] : ['agents']),
    ...(config.paused.length === 0 ? [] : ['paused']),
    ...(config.allowedModels.length === 0 ? [] : ['allowedModels']),
    ...(config.attribution.mode === 'block' ? ['attribution.mode'] : []),
  ];
  if (asked.length === 0) return undefined;
  return `CostspanProcessor alone hears of a call when it is over, so ${asked.join(', ')} in costspan.yaml count and alert but stop nothing: add costspanInstrumentations() or import costspan/register to have calls refused before they are sent.`;
}
