import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../read.ts';

/**
 * What Deepgram says of a transcription: the seconds of its audio, each channel of which is billed
 * where they are transcribed apart.
 *
 * @param metadata that of the answer
 * @see https://developers.deepgram.com/docs/multichannel
 */
export function convertDeepgramTranscription(
  metadata: Dictionary | undefined,
  isByChannel: boolean,
): TokenUsage | undefined {
  const seconds = asCount(metadata?.['duration']);
  if (seconds === undefined) return undefined;
  const channels = isByChannel ? Math.max(1, asCount(metadata?.['channels']) ?? 1) : 1;
  return { inputAudioSeconds: seconds * channels };
}

/** The name of the model that transcribed, where the request left it to the provider. */
export function deepgramModel(metadata: Dictionary | undefined): string | undefined {
  for (const model of Object.values(asDictionary(metadata?.['model_info']) ?? {})) {
    const name = asString(asDictionary(model)?.['arch'] ?? asDictionary(model)?.['name']);
    if (name !== undefined) return name;
  }
  return undefined;
}

const EXTRAS = ['summary_info', 'sentiment_info', 'topics_info', 'intents_info'] as const;

/** Billed by the token beside the audio of a transcription. */
export function deepgramExtras(metadata: Dictionary | undefined): readonly string[] | undefined {
  const hasExtras = EXTRAS.some((extra) => asDictionary(metadata?.[extra]) !== undefined);
  return hasExtras ? ['audio_intelligence'] : undefined;
}

/** The tokens of every analysis of one text. */
export function convertDeepgramAnalysis(metadata: Dictionary | undefined): TokenUsage | undefined {
  let usage: TokenUsage | undefined;
  for (const extra of EXTRAS) {
    const counted = asDictionary(metadata?.[extra]);
    if (counted === undefined) continue;
    usage = {
      input: (usage?.input ?? 0) + (asCount(counted['input_tokens']) ?? 0),
      output: (usage?.output ?? 0) + (asCount(counted['output_tokens']) ?? 0),
    };
  }
  return usage;
}

/** Characters that were spoken: the provider's count from its header, else the length of the text. */
export function convertDeepgramSpeech(
  header: string | undefined,
  length: unknown,
): TokenUsage | undefined {
  const counted = header === undefined ? undefined : asCount(Number(header));
  const characters = counted ?? (length === 0 ? undefined : asCount(length));
  return characters === undefined ? undefined : { inputCharacters: characters };
}
