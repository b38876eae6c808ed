import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount } from '../read.ts';

/**
 * Ollama counts the prompt and the answer, thinking included. The prompt's count is missing where
 * the whole prompt was cached. Returns `undefined` when neither is there.
 *
 * @see https://docs.ollama.com/api/usage
 */
export function convertOllamaUsage(body: Dictionary): TokenUsage | undefined {
  const input = asCount(body['prompt_eval_count']);
  const output = asCount(body['eval_count']);
  return input === undefined && output === undefined ? undefined : { input, output };
}
