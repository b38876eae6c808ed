import { attributionResolver } from './attribution/index.ts';
import { CallPipeline } from './call-pipeline.ts';
import type { ResolvedConfig } from './config/index.ts';
import { describeError, warnOnce } from './guard.ts';
import { createPricer, loadOverlayFile, type PricingProblem } from './pricing/index.ts';

/** The pipeline that a configuration asks for. Reads the price overlay in the background. */
export function createPipeline(config: ResolvedConfig): CallPipeline {
  let pipeline: CallPipeline | undefined;
  const onProblem = (message: string, problem: PricingProblem): void => {
    // Standing facts about the price book are told; only what concerns single calls is counted.
    if (problem === 'bad-usage' || problem === 'internal') pipeline?.internalError('pricing');
    warnOnce(`pricing ${message}`, message);
  };
  pipeline = new CallPipeline({
    metrics: config.metrics,
    attribution: attributionResolver(),
    pricer: createPricer({ onProblem }),
  });
  applyConfig(pipeline, config);
  return pipeline;
}

/** Takes a configuration that was read again. A bad overlay is reported and leaves the old one. */
export function applyConfig(pipeline: CallPipeline, config: ResolvedConfig): void {
  pipeline.attribution.configure({
    ...config.attribution,
    dimensions: config.metrics.dimensions,
  });
  pipeline.metrics.configure(config.metrics);
  const { overlay } = config.pricing;
  if (overlay === undefined) pipeline.pricer.setOverlay(undefined);
  else pipeline.holdFor(loadOverlay(pipeline, overlay));
}

async function loadOverlay(pipeline: CallPipeline, path: string): Promise<void> {
  try {
    pipeline.pricer.setOverlay(await loadOverlayFile(path));
  } catch (error) {
    pipeline.internalError('price-overlay');
    warnOnce(`overlay ${describeError(error)}`, describeError(error));
  }
}
