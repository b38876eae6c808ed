import type { Quantity } from '../conventions/index.ts';
import { loadConfig } from '../processor/governance/config/index.ts';
import { isIsoDate } from '../processor/governance/config/value-rules.ts';
import { UNIT_OF_RATE } from '../processor/engine/pricing/rates.ts';
import { STANDARD_TIER } from '../processor/engine/pricing/service-tiers.ts';
import { writeJson } from './command-io.ts';
import type { CommandIo } from './command-io.ts';
import { EXIT_FINDING, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
import { loadOverlay } from './load-overlay.ts';
import { findModelRates, keyOfRate } from './model-rates.ts';
import type { ModelRates } from './model-rates.ts';
import { renderTable } from './render-table.ts';

/** `costspan prices <provider> <model>`. */
export async function pricesCommand(
  io: CommandIo,
  provider: string,
  model: string,
  options: { readonly tier?: string; readonly at?: string; readonly json?: boolean },
): Promise<number> {
  if (options.at !== undefined && !isIsoDate(options.at)) {
    io.error('costspan: --at must be an ISO 8601 date or instant, such as 2026-12-01.\n');
    return EXIT_USAGE;
  }
  const loaded = loadConfig({ cwd: io.cwd, env: io.env });
  for (const { message } of loaded.problems) io.error(`costspan: ${message}\n`);
  const { overlay, fault } = await loadOverlay(loaded.config);
  if (fault !== undefined) {
    io.error(`costspan: ${fault}\n`);
    return EXIT_FINDING;
  }
  const answer = await findModelRates(overlay, {
    provider,
    model,
    tier: options.tier ?? STANDARD_TIER,
    timeMs: options.at === undefined ? io.now : Date.parse(options.at),
  });
  if ('fault' in answer) {
    if (options.json) writeJson(io, { state: 'unpriced', provider, model, fault: answer.fault });
    else io.error(`costspan: ${answer.fault}\n`);
    return EXIT_FINDING;
  }
  if (options.json) writeJson(io, answer.found);
  else io.out(formatRates(answer.found, io.columns));
  return answer.found.state === 'unpriced' ? EXIT_FINDING : EXIT_OK;
}

/** How much a rate is for, as short as a column is. */
const SHORT: Readonly<Record<Quantity, string>> = {
  'million tokens': '1M tokens',
  'million characters': '1M characters',
  'million token-hours': '1M token-hours',
  thousand: '1000',
  hour: 'hour',
  second: 'second',
  unit: 'unit',
};

const ROWS: readonly (readonly [key: string, name: string, per: string])[] = [
  ...UNIT_OF_RATE.values(),
].map(({ rate, label, per }) => [keyOfRate(rate, per), label, SHORT[per]]);

function formatRates(found: ModelRates, width: number): string {
  const { provider, model, listedAs, match, book, tier, isTierKnown, at, state, steps } = found;
  const how = match === undefined ? '' : `${match} match with ${listedAs}, `;
  const note = isTierKnown ? '' : ' (the one asked for is unknown)';
  const heading = `${provider} ${model}: ${book}, ${how}${tier} tier${note}, ${at.slice(0, 10)}\n`;
  if (state === 'free') return `${heading}Free.\n`;
  if (state === 'unpriced') return `${heading}Listed without rates: its calls are unpriced.\n`;
  const levels = [found.rates, ...steps.map(({ rates }) => rates)];
  const rows = ROWS.filter(([key]) => levels.some((level) => level[key] !== undefined)).map(
    ([key, name, unit]) => [
      name,
      ...levels.map((level) => (level[key] === undefined ? '–' : formatUsd(level[key]))),
      unit,
    ],
  );
  const thousands = new Intl.NumberFormat('en-US');
  const titles = steps.map(({ aboveInputTokens }) => ({
    title: `input > ${thousands.format(aboveInputTokens)}`,
    isNumber: true,
  }));
  return `${heading}\n${renderTable(
    [{ title: 'rate' }, { title: 'USD', isNumber: true }, ...titles, { title: 'per' }],
    rows,
    width,
  )}`;
}

/** Two decimals at least, and as many as the rate has. */
function formatUsd(value: number): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 9,
    useGrouping: false,
  });
}
