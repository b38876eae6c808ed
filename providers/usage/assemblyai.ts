import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asCount } from '../read.ts';

/**
 * Seconds of a transcript's audio, each channel of which is billed where they are transcribed apart.
 *
 * @see https://www.assemblyai.com/docs/speech-to-text/pre-recorded-audio/multichannel-transcription
 */
export function convertAssemblyAiTranscript(transcript: Dictionary): TokenUsage | undefined {
  const seconds = asCount(transcript['audio_duration'] ?? transcript['audio_duration_seconds']);
  if (seconds === undefined) return undefined;
  const channels = transcript['multichannel'] === true ? asCount(transcript['audio_channels']) : 1;
  return { inputAudioSeconds: seconds * Math.max(1, channels ?? 1) };
}

/** What may be asked for of a transcript and is billed by the hour beside it. */
const EXTRAS = [
  'auto_chapters',
  'auto_highlights',
  'content_safety',
  'entity_detection',
  'iab_categories',
  'redact_pii',
  'sentiment_analysis',
  'speaker_labels',
  'summarization',
] as const;

export function assemblyAiExtras(transcript: Dictionary): readonly string[] | undefined {
  return EXTRAS.some((extra) => transcript[extra] === true) ? ['audio_intelligence'] : undefined;
}
