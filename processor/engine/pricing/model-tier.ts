/**
 * Classes of models for reports: how able and how dear, not what was billed. The first row with a
 * word that appears in the model id wins, so special cases stand above their families.
 */
const FAMILIES: readonly (readonly [tier: string | undefined, words: readonly string[]])[] = [
  // Not models that one would rank.
  [undefined, ['embed', 'moderation', 'whisper', 'transcribe', 'tts', 'rerank', 'image', 'dall-e']],
  ['reasoning', ['deep-research', 'reasoner', 'reasoning', 'thinking', 'magistral', 'qwq', '-r1']],
  // Above `small`, whose `mini` is part of the name.
  ['mid', ['minimax', 'kimi', 'glm-', 'terra']],
  ['small', ['haiku', '-mini', 'ministral', 'nano', 'luna', 'lite', 'gemma', 'phi-', 'micro']],
  ['small', ['gpt-3.5', 'small', 'tiny', '-7b', '-8b', '-3b', '-1b', 'gpt-oss-20b', 'command-r7b']],
  ['frontier', ['opus', 'fable', 'gpt-4.5', 'gpt-5', 'gpt-6', 'mistral-large', 'nova-premier']],
  ['mid', ['sonnet', 'gpt-4', 'flash', 'mistral-medium', 'command-', 'nova-', '-fast', 'gpt-oss']],
  ['mid', ['llama', 'deepseek', 'qwen']],
  ['frontier', ['gemini-', 'grok-']],
];

/** `o1`, `o3-pro`, `openai/o3`. */
const O_SERIES = /(?:^|\/)o[134](?:$|-)/;

/** `frontier`, `mid`, `small` or `reasoning`; `undefined` for a model of no known family. */
export function builtInModelTier(model: string): string | undefined {
  const id = model.toLowerCase();
  if (O_SERIES.test(id)) return 'reasoning';
  for (const [tier, words] of FAMILIES) {
    if (words.some((word) => id.includes(word))) return tier;
  }
  return undefined;
}
