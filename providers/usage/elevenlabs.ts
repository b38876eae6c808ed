import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asArray, asCount, asDictionary } from '../read.ts';

/**
 * Characters that a call takes from the account: those that a header of the response counts, of
 * which its fast models take half a one for each of the text; else the length of the text.
 *
 * @see https://elevenlabs.io/docs/api-reference/introduction
 */
export function convertElevenLabsCharacters(
  header: string | undefined,
  length: unknown,
): TokenUsage | undefined {
  const counted = header === undefined ? undefined : asCount(Number(header));
  const characters = counted ?? (length === 0 ? undefined : asCount(length));
  return characters === undefined ? undefined : { inputCharacters: characters };
}

/**
 * Seconds of a transcript's audio. Where they are not told (`isCounted` is false) they end no sooner
 * than its last word.
 */
export function convertElevenLabsTranscription(
  body: Dictionary,
): { readonly usage: TokenUsage; readonly isCounted: boolean } | undefined {
  const told = asCount(body['audioDurationSecs'] ?? body['audio_duration_secs']);
  if (told !== undefined) return { usage: { inputAudioSeconds: told }, isCounted: true };
  let end = 0;
  for (const transcript of [body, ...(asArray(body['transcripts']) ?? [])]) {
    for (const word of asArray(asDictionary(transcript)?.['words']) ?? []) {
      end = Math.max(end, asCount(asDictionary(word)?.['end']) ?? 0);
    }
  }
  return end === 0 ? undefined : { usage: { inputAudioSeconds: end }, isCounted: false };
}
