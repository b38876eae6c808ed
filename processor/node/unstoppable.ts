import type { AgentLimitConfig, ResolvedConfig } from '../governance/config/index.ts';

/**
 * What a configuration asks to stop and nobody can who hears of calls by their spans alone, in one
 * sentence; `undefined` where it asks for nothing of the kind.
 */
export function unstoppable(config: ResolvedConfig): string | undefined {
  const budgets = config.budgets
    .filter(({ mode, action }) => mode !== 'soft' && action !== 'alert')
    .map(({ id }) => id);
  const { mode, required } = config.attribution;
  const asked = [
    ...(budgets.length === 0 ? [] : [`budgets (${budgets.join(', ')})`]),
    ...(config.agents.some(stops) ? ['agents'] : []),
    ...(config.paused.length === 0 ? [] : ['paused']),
    ...(config.allowedModels.length === 0 ? [] : ['allowedModels']),
    ...(mode === 'block' && required.length > 0 ? ['attribution.mode'] : []),
  ];
  if (asked.length === 0) return undefined;
  return `CostspanProcessor alone hears of a call when it is over, so ${asked.join(', ')} in costspan.yaml count and alert but stop nothing: add costspanInstrumentations() or import costspan/register to have calls refused before they are sent.`;
}

/** What a run is expected to take only alerts, whoever watches. */
function stops({ match: _match, expectedTokens: _expected, ...limits }: AgentLimitConfig): boolean {
  return Object.values(limits).some((limit) => limit !== undefined);
}
