import type { TokenUsage } from '../../../conventions/token-usage.ts';
import { asArray, asNumber, asString, type JsonObject } from './json-shape.ts';
import type { Reply } from './reply.ts';
import { newId, nowSeconds, proseAnswer } from './state.ts';
import { countTokens, textOf, tokenPieces } from './tokens.ts';

/** A transparent PNG of one pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Answers `POST …/embeddings`; the SDK asks for base64 unless told otherwise. */
export function answerEmbeddings(body: JsonObject): Reply {
  const model = textOf(body['model']);
  const input = body['input'];
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
  const size = asNumber(body['dimensions']) ?? 16;
  const tokens = inputs.reduce<number>(
    (sum, one) => sum + (Array.isArray(one) ? one.length : countTokens(textOf(one))),
    0,
  );
  const vector = Float32Array.from({ length: size }, (_, at) => 1 / (at + 2));
  const embedding =
    body['encoding_format'] === 'base64'
      ? Buffer.from(vector.buffer).toString('base64')
      : Array.from(vector);
  const json = {
    object: 'list',
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
  return { json, billed: { model, usage: { input: tokens, total: tokens } } };
}

/** Output tokens of one picture, by size and quality, as the price list of gpt-image gives them. */
const IMAGE_TOKENS: Readonly<Record<string, number>> = { low: 272, medium: 1056, high: 4160 };

/** Answers `POST …/images/generations` and `…/images/edits`. Only the gpt-image models meter tokens. */
export function answerImages(body: JsonObject, edit: boolean): Reply {
  const model = textOf(body['model'] ?? 'gpt-image-1');
  const count = Number(body['n'] ?? 1);
  const created = nowSeconds();
  if (!model.startsWith('gpt-image')) {
    const data = Array.from({ length: count }, () => ({ b64_json: PNG, revised_prompt: 'sample' }));
    return { json: { created, data }, billed: { model, usage: {} } };
  }
  const inputText = countTokens(textOf(body['prompt']));
  const inputImage = edit ? 323 : 0;
  const quality = asString(body['quality']) ?? 'medium';
  const output = (IMAGE_TOKENS[quality] ?? IMAGE_TOKENS['medium'] ?? 0) * count;
  const input = inputText + inputImage;
  const usage: TokenUsage = { input, inputText, inputImage, output, total: input + output };
  const wire = {
    input_tokens: input,
    input_tokens_details: { image_tokens: inputImage, text_tokens: inputText },
    output_tokens: output,
    total_tokens: usage.total,
  };
  const billed = { model, usage };
  const shape = { background: 'opaque', output_format: 'png', quality, size: '1024x1024' };
  if (body['stream'] === true || body['stream'] === 'true') {
    const kind = edit ? 'image_edit' : 'image_generation';
    const at = { b64_json: PNG, created_at: created, ...shape };
    const partial = { type: `${kind}.partial_image`, partial_image_index: 0, ...at };
    return { sse: [partial, { type: `${kind}.completed`, ...at, usage: wire }], billed };
  }
  const data = Array.from({ length: count }, () => ({ b64_json: PNG }));
  return { json: { created, ...shape, data, usage: wire }, billed };
}

/** Answers `POST …/audio/speech`. Usage comes only with `stream_format: 'sse'`. */
export function answerSpeech(body: JsonObject): Reply {
  const model = textOf(body['model']);
  const text = textOf(body['input']);
  if (!model.startsWith('gpt-')) {
    const bytes = Buffer.from('ID3 sound of nothing');
    const headers = { 'content-type': 'audio/mpeg' };
    return { bytes, headers, billed: { model, usage: { inputCharacters: text.length } } };
  }
  const input = countTokens(text);
  const output = input * 5;
  const usage: TokenUsage = { input, output, outputAudio: output, total: input + output };
  const billed = { model, usage };
  if (body['stream_format'] !== 'sse') {
    return {
      bytes: Buffer.from('ID3 sound of nothing'),
      headers: { 'content-type': 'audio/mpeg' },
      billed,
    };
  }
  const wire = { input_tokens: input, output_tokens: output, total_tokens: input + output };
  const audio = Buffer.from('sound of nothing').toString('base64');
  return {
    sse: [
      { type: 'speech.audio.delta', audio },
      { type: 'speech.audio.done', usage: wire },
    ],
    billed,
  };
}

const AUDIO_SECONDS = 7;
const PLAIN_FORMATS: ReadonlySet<unknown> = new Set(['text', 'srt', 'vtt']);

/** Answers `POST …/audio/transcriptions`: whisper bills seconds, the gpt models tokens. */
export function answerTranscription(body: JsonObject): Reply {
  const model = textOf(body['model']);
  const text = proseAnswer('what was said');
  const format = body['response_format'];
  if (model === 'whisper-1') {
    const billed = { model, usage: { inputAudioSeconds: AUDIO_SECONDS } };
    if (PLAIN_FORMATS.has(format)) return plainText(text, billed);
    const usage = { type: 'duration', seconds: AUDIO_SECONDS };
    if (format !== 'verbose_json') return { json: { text, usage }, billed };
    const segments = [{ id: 0, start: 0, end: AUDIO_SECONDS, text }];
    const verbose = { task: 'transcribe', language: 'english', duration: AUDIO_SECONDS };
    return { json: { ...verbose, text, segments, usage }, billed };
  }
  const inputAudio = AUDIO_SECONDS * 10;
  const inputText = countTokens(textOf(body['prompt']));
  const output = countTokens(text);
  const input = inputAudio + inputText;
  const total = input + output;
  const billed = { model, usage: { input, inputAudio, inputText, output, total } };
  if (PLAIN_FORMATS.has(format)) return plainText(text, billed);
  const usage = {
    type: 'tokens',
    input_tokens: input,
    input_token_details: { audio_tokens: inputAudio, text_tokens: inputText },
    output_tokens: output,
    total_tokens: total,
  };
  if (body['stream'] !== true && body['stream'] !== 'true')
    return { json: { text, usage }, billed };
  return {
    sse: [
      ...tokenPieces(text).map((delta) => ({ type: 'transcript.text.delta', delta })),
      { type: 'transcript.text.done', text, usage },
    ],
    billed,
  };
}

function plainText(text: string, billed: Reply['billed'] & object): Reply {
  return { text: `${text}\n`, headers: { 'content-type': 'text/plain; charset=utf-8' }, billed };
}

/** Answers `POST …/audio/translations`, whose JSON has no usage at all. */
export function answerTranslation(body: JsonObject): Reply {
  const model = textOf(body['model']);
  const text = proseAnswer('what was said');
  const billed = { model, usage: { inputAudioSeconds: AUDIO_SECONDS } };
  if (PLAIN_FORMATS.has(body['response_format'])) return plainText(text, billed);
  if (body['response_format'] !== 'verbose_json') return { json: { text }, billed };
  return { json: { text, duration: AUDIO_SECONDS, language: 'english', segments: [] }, billed };
}

/** Answers `POST …/moderations`, which are free. */
export function answerModeration(body: JsonObject): Reply {
  const inputs = Array.isArray(body['input']) ? asArray(body['input']) : [body['input']];
  const results = inputs.map(() => ({
    flagged: false,
    categories: { harassment: false, violence: false },
    category_scores: { harassment: 0.0001, violence: 0.0002 },
    category_applied_input_types: { harassment: ['text'], violence: ['text'] },
  }));
  return { json: { id: newId('modr-'), model: 'omni-moderation-latest', results } };
}
