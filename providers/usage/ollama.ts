import type { TokenUsage } from '../../conventions/index.ts';
import { asCount, asDictionary } from '../read.ts';

/**
 * Ollama counts the prompt and the answer, thinking included. The prompt's count is missing where
 * the whole prompt was cached. Returns `undefined` when neither is there.
 *
 * @see https://docs.ollama.com/api/usage
 */
export function convertOllamaUsage(raw: unknown): TokenUsage | undefined {
  const body = asDictionary(raw);
  const input = asCount(body?.['prompt_eval_count']);
  const output = asCount(body?.['eval_count']);
  return input === undefined && output === undefined ? undefined : { input, output };
}
