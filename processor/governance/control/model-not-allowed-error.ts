import { COSTSPAN_ERROR } from '../../../conventions/costspan-error.ts';

/** A call was not sent because `allowedModels` does not name its model. Retrying cannot help. */
export class ModelNotAllowedError extends Error {
  override readonly name = 'ModelNotAllowedError';
  readonly code = 'costspan_model_not_allowed';
  readonly retryable = false;
  readonly model: string;
  /** `allowedModels` as configured. */
  readonly allowed: readonly string[];

  constructor(model: string, allowed: readonly string[]) {
    super(
      `costspan did not send this call: model ${model} is not among allowedModels ` +
        `(${allowed.slice(0, 10).join(', ')}${allowed.length > 10 ? ', …' : ''}). ` +
        'Use one of them, or add it to allowedModels in costspan.yaml.',
    );
    this.model = model;
    this.allowed = allowed;
    Object.defineProperty(this, COSTSPAN_ERROR, { value: true });
  }
}
