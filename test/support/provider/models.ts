/** Dated names that these providers answer with when asked for the short one. */
const DATED: Readonly<Record<string, string>> = {
  'gpt-3.5-turbo': 'gpt-3.5-turbo-0125',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4.1-mini': 'gpt-4.1-mini-2025-04-14',
  'gpt-4.1-nano': 'gpt-4.1-nano-2025-04-14',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'gpt-5-nano': 'gpt-5-nano-2025-08-07',
  'o3-mini': 'o3-mini-2025-01-31',
  'o4-mini': 'o4-mini-2025-04-16',
  'claude-3-5-haiku-latest': 'claude-3-5-haiku-20241022',
  'claude-3-7-sonnet-latest': 'claude-3-7-sonnet-20250219',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
  'claude-opus-4-1': 'claude-opus-4-1-20250805',
  'claude-opus-4-5': 'claude-opus-4-5-20251101',
  'claude-sonnet-4-0': 'claude-sonnet-4-20250514',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
};

/** The model as the response names it; a name that is not known comes back as it went in. */
export function servedModel(requested: string): string {
  return DATED[requested] ?? requested;
}

/** Bedrock and Vertex spell Anthropic's models their own way; the answer names the model itself. */
export function servedAnthropicModel(requested: string): string {
  const bare = requested
    .replace(/^.*anthropic\./, '')
    .replace(/-v\d+(:\d+)?$/, '')
    .replace('@', '-');
  return servedModel(bare);
}

/** Whether a model of OpenAI thinks before it answers. */
export function reasons(model: string): boolean {
  return /^(o\d|gpt-5|gpt-oss|deepseek-reasoner|grok-4)/.test(model);
}

/** OpenAI reports (and bills) cache writes from GPT-5.6 on. */
export function reportsCacheWrites(model: string): boolean {
  const version = /^gpt-(\d+)\.(\d+)/.exec(model);
  if (version === null) return false;
  return Number(version[1]) > 5 || (Number(version[1]) === 5 && Number(version[2]) >= 6);
}
