/** Most tokens that a model takes and gives. */
export interface ModelLimits {
  readonly input: number;
  readonly output: number;
}

/** Where nothing is known: as much as the largest models of today. */
const UNKNOWN: ModelLimits = { input: 1_050_000, output: 128_000 };

/**
 * By the beginning of the model's name, the longest that fits; a family's largest member stands for
 * all. What is missing here is estimated as the largest, so a gap costs throughput, never the cap.
 * @see https://models.dev (limit.context, limit.output), read 2026-11
 */
const LIMITS: readonly (readonly [prefix: string, input: number, output: number])[] = [
  ['chatgpt-4o', 128_000, 16_384],
  ['claude-2', 200_000, 8_192],
  ['claude-3-5', 200_000, 8_192],
  ['claude-3-7', 200_000, 128_000],
  ['claude-3-haiku', 200_000, 4_096],
  ['claude-3-opus', 200_000, 4_096],
  ['claude-3-sonnet', 200_000, 4_096],
  ['claude-haiku-4', 200_000, 64_000],
  ['claude-opus-4', 200_000, 32_000],
  ['claude-opus-4-5', 200_000, 64_000],
  ['claude-opus-4-6', 1_000_000, 128_000],
  ['claude-opus-4-7', 1_000_000, 128_000],
  ['claude-opus-4-8', 1_000_000, 128_000],
  ['claude-sonnet-4', 1_000_000, 64_000],
  ['claude-sonnet-4-6', 1_000_000, 128_000],
  ['claude', 1_000_000, 128_000],
  ['codestral', 256_000, 256_000],
  ['command-a', 256_000, 64_000],
  ['command-r', 128_000, 4_096],
  ['deepseek-chat', 131_072, 8_192],
  ['deepseek-reasoner', 131_072, 65_536],
  ['deepseek', 1_000_000, 393_216],
  ['gemini-1.5', 2_097_152, 8_192],
  ['gemini-2.0', 1_048_576, 8_192],
  ['gemini-4', 1_048_576, 1_048_576],
  ['gemini', 1_048_576, 65_536],
  ['gpt-3.5', 16_385, 4_096],
  ['gpt-4-32k', 32_768, 32_768],
  ['gpt-4-turbo', 128_000, 4_096],
  ['gpt-4.1', 1_047_576, 32_768],
  ['gpt-4', 8_192, 8_192],
  ['gpt-4o', 128_000, 16_384],
  ['gpt-5-chat', 128_000, 16_384],
  ['gpt-5-pro', 400_000, 272_000],
  ['gpt-5', 1_050_000, 128_000],
  ['gpt-6', 1_050_000, 128_000],
  ['gpt-audio', 128_000, 16_384],
  ['gpt-oss', 131_072, 65_536],
  ['grok-3', 131_072, 131_072],
  ['grok-4', 1_000_000, 1_000_000],
  ['kimi', 1_048_576, 1_048_576],
  ['llama', 1_048_576, 32_768],
  ['magistral', 262_144, 262_144],
  ['ministral', 262_144, 262_144],
  ['mistral-large', 1_048_576, 1_048_576],
  ['mistral', 262_144, 262_144],
  ['o1', 200_000, 100_000],
  ['o3', 200_000, 100_000],
  ['o4', 200_000, 100_000],
  ['qwen', 1_000_000, 131_072],
  ['sonar', 200_000, 128_000],
];

const known = new Map<string, ModelLimits>();
const MOST_KNOWN = 1_000;

/** The limits of a model by its name, whoever serves it (`openai/gpt-4o`, `us.anthropic.claude-…`). */
export function limitsOf(model: string | undefined): ModelLimits {
  if (model === undefined) return UNKNOWN;
  let limits = known.get(model);
  if (limits === undefined) {
    limits = findLimits(model.toLowerCase());
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(model, limits);
  }
  return limits;
}

function findLimits(model: string): ModelLimits {
  const name = model
    .slice(model.lastIndexOf('/') + 1)
    .replace(/^(?:ft:|(?:[a-z-]+\.)+(?=[a-z]))/, '');
  let best: (typeof LIMITS)[number] | undefined;
  for (const entry of LIMITS) {
    if (name.startsWith(entry[0]) && entry[0].length > (best?.[0].length ?? 0)) best = entry;
  }
  return best === undefined ? UNKNOWN : { input: best[1], output: best[2] };
}
