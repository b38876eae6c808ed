import { type Context, type Span, createContextKey } from '@opentelemetry/api';

const TOOL_KEY: symbol = createContextKey('costspan.tool');

/** A tool that is running, for what runs inside of it and may be the same call once more. */
export interface RunningTool {
  readonly name: string;
  readonly span: Span;
}

export function withTool(parent: Context, tool: RunningTool): Context {
  return parent.setValue(TOOL_KEY, tool);
}

/** The innermost tool that `context` is inside of. */
export function toolAround(context: Context): RunningTool | undefined {
  return context.getValue(TOOL_KEY) as RunningTool | undefined;
}
