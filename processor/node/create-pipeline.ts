import { attributionResolver } from './attribution/index.ts';
import { type CallPipeline, createCallPipeline } from './call-pipeline.ts';
import type { ResolvedConfig } from '../governance/config/index.ts';
import { loadOverlayFile } from './overlay-file/load-overlay-file.ts';
import { describeError } from '../../conventions/error-text.ts';
import { warnOnce } from '../../conventions/warn-once.ts';
import { createPricer, OverlayError, type PricingProblem } from '../engine/pricing/index.ts';

/** Told, in one sentence, what is wrong with a file that the operator wrote. */
type TellOperator = (message: string) => void;

/** The pipeline that a configuration asks for. Reads the price overlay in the background. */
export function createPipeline(config: ResolvedConfig, tell: TellOperator): CallPipeline {
  let pipeline: CallPipeline | undefined;
  const onProblem = (message: string, problem: PricingProblem): void => {
    // Standing facts about the price book are told; only what concerns single calls is counted.
    if (problem === 'bad-usage' || problem === 'internal')
      pipeline?.engine.internalError('pricing');
    if (problem === 'overlay-refused') tell(message);
    else warnOnce(`pricing ${message}`, message);
  };
  pipeline = createCallPipeline({
    metrics: config.metrics,
    attribution: attributionResolver(),
    pricer: createPricer({ onProblem }),
  });
  applyConfig(pipeline, config, tell);
  return pipeline;
}

/** Takes a configuration that was read again. A bad overlay is reported and leaves the old one. */
export function applyConfig(
  pipeline: CallPipeline,
  config: ResolvedConfig,
  tell: TellOperator,
): void {
  pipeline.attribution.configure({
    ...config.attribution,
    dimensions: config.metrics.dimensions,
  });
  pipeline.engine.metrics.configure(config.metrics);
  pipeline.governance.control.configure(config);
  pipeline.governance.agents.configure(config.agents);
  pipeline.governance.ledger.configure(config.ledger);
  pipeline.governance.budgets.configure(config, tell);
  const { overlay } = config.pricing;
  if (overlay === undefined) pipeline.engine.pricer.setOverlay(undefined);
  else pipeline.engine.prices.holdFor(loadOverlay(pipeline, overlay, tell));
}

async function loadOverlay(
  pipeline: CallPipeline,
  path: string,
  tell: TellOperator,
): Promise<void> {
  try {
    pipeline.engine.pricer.setOverlay(await loadOverlayFile(path));
  } catch (error) {
    pipeline.engine.internalError('price-overlay');
    const what = error instanceof OverlayError ? error.message : describeError(error);
    tell(`${what} Prices stay as they were.`);
  }
}
