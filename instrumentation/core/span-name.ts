/**
 * `chat gpt-5`: the conventions' name of a span, without what a terminal or a log would obey, since a
 * model's or tool's name may be whatever a user wrote.
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md
 */
export function spanNameOf(operation: string, name: string | undefined): string {
  if (name === undefined) return operation;
  return `${operation} ${CONTROL.test(name) ? name.replaceAll(CONTROLS, ' ') : name}`;
}

const CONTROL = /\p{Cc}/u;
const CONTROLS = /\p{Cc}/gu;
