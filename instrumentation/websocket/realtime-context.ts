import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { audioTokens } from '../../providers/usage/realtime.ts';
import type { RequestSize } from '../../conventions/index.ts';
import { estimateTokens, textLength } from '../core/sdk-values.ts';

/**
 * What a Realtime session holds by now, as far as it shows: models, formats, and how much the next
 * answer will be given to read. Only lengths are kept.
 */
export class RealtimeContext {
  transcriptionModel: string | undefined;
  /** Answers with tool calls since the user last said something. */
  toolTurns = 0;
  #outputFormat = 'pcm16';
  #inputFormat = 'pcm16';
  /** Of instructions and tools. */
  #configured = 0;
  #hasTools = false;
  /** All tokens of the latest answer, which the next one is given again. */
  #tokens = 0;
  /** Since the latest answer. */
  #characters = 0;
  #audio = 0;

  get outputFormat(): string {
    return this.#outputFormat;
  }

  /** The session as the provider keeps it; both generations of its fields. */
  configured(session: Dictionary): void {
    const audio = asDictionary(session['audio']);
    const input = asDictionary(audio?.['input']);
    const output = asDictionary(audio?.['output']);
    const transcription =
      asDictionary(input?.['transcription']) ?? asDictionary(session['input_audio_transcription']);
    this.transcriptionModel = asString(transcription?.['model']) ?? this.transcriptionModel;
    this.#inputFormat =
      formatOf(input?.['format'] ?? session['input_audio_format']) ?? this.#inputFormat;
    this.#outputFormat =
      formatOf(output?.['format'] ?? session['output_audio_format']) ?? this.#outputFormat;
    this.#configured = textLength([session['instructions'], session['tools']]);
    this.#hasTools = (asArray(session['tools'])?.length ?? 0) > 0;
  }

  /** Sound was sent, as so many characters of base64. */
  heard(base64: number): void {
    this.#audio += audioTokens(base64, this.#inputFormat, 'in');
  }

  /** An item has become part of the conversation. */
  added(item: Dictionary): void {
    this.#characters += textLength([item['content'], item['output']]);
    if (item['role'] === 'user') this.toolTurns = 0;
  }

  /** An answer is complete; `tokens` are all of its input and output. */
  answered(tokens: number, hasToolCalls: boolean): void {
    if (tokens > 0) this.#tokens = tokens;
    this.#characters = 0;
    this.#audio = 0;
    this.toolTurns = hasToolCalls ? this.toolTurns + 1 : 0;
  }

  /** Tokens of sound that the next answer reads for the first time. */
  get audioTokens(): number {
    return this.#audio;
  }

  /** Tokens of everything else that the next answer reads, by estimate. */
  get textTokens(): number {
    return (this.#tokens || estimateTokens(this.#configured)) + estimateTokens(this.#characters);
  }

  /** The size of a request that adds `request` to all that. */
  sizeWith(request: unknown): RequestSize {
    const known = this.#tokens || this.#configured;
    return {
      bytes: known + this.#characters + this.#audio + textLength(request),
      attachments: 0,
      refersToStored: false,
      hasTools: this.#hasTools,
      asksForCache: false,
      webSearches: 0,
    };
  }
}

/** `pcm16`, or `{ type: 'audio/pcmu' }`. */
function formatOf(value: unknown): string | undefined {
  return asString(value) ?? asString(asDictionary(value)?.['type']);
}
