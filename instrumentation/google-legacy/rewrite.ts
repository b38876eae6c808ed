import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';

/** Models by their plain names: what stands in a path of other resources can't be exchanged. */
const PLAIN_NAME = /^[\w.-]+$/;

/** The last name in `models/x` and `projects/…/publishers/google/models/x`. */
const OF_GOOGLE = /^(models\/|projects\/.+\/publishers\/google\/models\/)([\w.-]+)$/;

/** The name of a model of Google's in such a path, which the SDK makes of the application's name. */
export function plainModel(path: string | undefined): string | undefined {
  return (path === undefined ? undefined : OF_GOOGLE.exec(path)?.[2]) ?? path;
}

/** A cache belongs to the model that it was made for, and so do models of one's own. */
export function markLegacyChangeable(
  { call }: CallRecord,
  _args: readonly unknown[],
  client: unknown,
): void {
  const fields = asDictionary(client) ?? {};
  const cache = fields['cachedContent'] ?? asDictionary(fields['params'])?.['cachedContent'];
  call.canLimitOutput = true;
  call.canSendModel = cache == null && OF_GOOGLE.test(pathOf(fields) ?? '');
  call.sendableModels = PLAIN_NAME;
}

/** `@google/generative-ai` keeps the path in `model`; there the other one keeps the plain name. */
function pathOf(fields: Dictionary): string | undefined {
  return asString(fields['resourcePath']) ?? asString(fields['model']);
}

/** A request's own parameters win over those of the model, so the limit must stand there too. */
export function rewriteLegacyRequest(
  args: readonly unknown[],
  _model: string | undefined,
  maxOutputTokens: number | undefined,
): readonly unknown[] {
  const request = asDictionary(args[0]);
  const config = asDictionary(request?.['generationConfig']);
  if (config === undefined || maxOutputTokens === undefined) return args;
  return [{ ...request, generationConfig: { ...config, maxOutputTokens } }, ...args.slice(1)];
}

/** The model and its parameters, as a model or a chat of either SDK holds them. */
export function rewriteLegacyTarget(
  target: unknown,
  model: string | undefined,
  maxOutputTokens: number | undefined,
): Dictionary {
  const fields = asDictionary(target) ?? {};
  const changes: Record<string, unknown> = {};
  if (model !== undefined) {
    const name = fields['resourcePath'] === undefined ? 'model' : 'resourcePath';
    changes[name] = pathOf(fields)?.replace(OF_GOOGLE, `$1${model}`);
  }
  if (maxOutputTokens !== undefined) {
    const parameters = asDictionary(fields['params']);
    const limited = (config: unknown): Dictionary => ({ ...asDictionary(config), maxOutputTokens });
    if (parameters === undefined) {
      changes['generationConfig'] = limited(fields['generationConfig']);
    } else {
      changes['params'] = {
        ...parameters,
        generationConfig: limited(parameters['generationConfig']),
      };
    }
  }
  return changes;
}
