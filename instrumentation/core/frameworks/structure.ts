import { createHash } from 'node:crypto';
import {
  type Attributes,
  type Context,
  context,
  type Link,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_TOOL_TYPE,
  ATTR_GEN_AI_WORKFLOW_NAME,
  GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW,
  GEN_AI_TOOL_TYPE_VALUE_FUNCTION,
} from '../../../conventions/index.ts';
import { classifyError } from '../call/call-record.ts';
import { spanNameOf } from '../span-name.ts';
import { guarded } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import { withTool } from './tool-around.ts';

/** Name of the tracer of what holds calls. Not that of calls, whose spans are priced by their record. */
const STRUCTURE_TRACER_NAME = 'costspan/structure';

/** An agent, a workflow or a tool while it runs. No method throws. */
export class Structure {
  readonly span: Span;
  /** The context for what runs inside. */
  context: Context;
  #ended = false;

  constructor(span: Span, parent: Context) {
    this.span = span;
    this.context = trace.setSpan(parent, span);
  }

  /** What runs inside may be the same tool once more, seen by another of us. */
  isTool(name: string): void {
    this.context = withTool(this.context, { name, span: this.span });
  }

  /** Ends it. Does nothing the second time. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    guarded('structure-end', () => this.span.end(), undefined);
  }

  /** Ends it with what went wrong: the error itself, or a word for it. */
  fail(error: unknown): void {
    if (this.#ended) return;
    guarded(
      'structure-end',
      () => {
        const errorType = typeof error === 'string' ? error : classifyError(error).errorType;
        this.span.setAttribute(ATTR_ERROR_TYPE, errorType);
        this.span.setStatus({ code: SpanStatusCode.ERROR });
      },
      undefined,
    );
    this.end();
  }
}

/** `undefined` while nobody hears of calls, and where the span could not be made. Never throws. */
export function startAgent(
  name: string | undefined,
  parent: Context,
  about: AboutRun = {},
): Structure | undefined {
  return start(GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT, name, parent, about, {
    [ATTR_GEN_AI_AGENT_NAME]: name,
  });
}

/** The same for a composition of agents and calls that the application put together. */
export function startWorkflow(
  name: string | undefined,
  parent: Context,
  about: AboutRun = {},
): Structure | undefined {
  return start(GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW, name, parent, about, {
    [ATTR_GEN_AI_WORKFLOW_NAME]: name,
  });
}

export interface AboutRun {
  /** Only where the framework or the application owns such an id. */
  readonly conversationId?: string | undefined;
  /** When it began, on the clock of `performance.now()`; default now. */
  readonly startedMs?: number | undefined;
}

/** A tool that the application itself runs. */
export interface StartingTool {
  readonly name: string;
  /** Of the call that the model asked for. */
  readonly callId?: string | undefined;
  readonly agentName?: string | undefined;
  readonly kind?: SpanKind | undefined;
  readonly attributes?: Attributes | undefined;
  /** In place of `execute_tool <name>`. */
  readonly spanName?: string | undefined;
  readonly links?: readonly Link[] | undefined;
}

export function startTool(tool: StartingTool, parent: Context): Structure | undefined {
  const { name, callId, agentName, attributes, kind = SpanKind.INTERNAL, links } = tool;
  const operation = GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL;
  const structure = begin(
    tool.spanName ?? spanNameOf(operation, name),
    parent,
    {
      [ATTR_GEN_AI_OPERATION_NAME]: operation,
      [ATTR_GEN_AI_TOOL_NAME]: name,
      [ATTR_GEN_AI_TOOL_TYPE]: GEN_AI_TOOL_TYPE_VALUE_FUNCTION,
      [ATTR_GEN_AI_TOOL_CALL_ID]: callId,
      [ATTR_GEN_AI_AGENT_NAME]: agentName,
      ...attributes,
    },
    kind,
    links,
  );
  structure?.isTool(name);
  return structure;
}

/** A span of this tracer that stands for no agent, workflow or tool. */
export function startOther(
  name: string,
  parent: Context,
  attributes: Attributes,
  kind: SpanKind,
  links: readonly Link[] = [],
): Structure | undefined {
  return begin(name, parent, attributes, kind, links);
}

/**
 * The limit that forbids a tool to run now, as the error that stands in for its result. `parent` is
 * the context the tool is called in. Never throws.
 */
export function denialOfTool(name: string, args: unknown, parent: Context): Error | undefined {
  return guarded(
    'tool-starting',
    () => currentObserver()?.toolStarting({ name, argumentsHash: digestOf(args) }, parent),
    undefined,
  );
}

/** Runs `body` inside of `structure`, where there is one. */
export function runInside<T>(structure: Structure | undefined, body: () => T): T {
  return structure === undefined ? body() : context.with(structure.context, body);
}

/** More text than this is not read: long arguments are told apart by their beginning and length. */
const DIGESTED_CHARACTERS = 20_000;

function digestOf(args: unknown): string | undefined {
  const text = typeof args === 'string' ? args : asJson(args);
  if (text === undefined) return undefined;
  const hash = createHash('sha1').update(text.slice(0, DIGESTED_CHARACTERS));
  return hash.update(`${text.length}`).digest('base64url').slice(0, 16);
}

function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function start(
  operation: string,
  name: string | undefined,
  parent: Context,
  { conversationId, startedMs }: AboutRun,
  attributes: Attributes,
): Structure | undefined {
  return begin(
    spanNameOf(operation, name),
    parent,
    {
      [ATTR_GEN_AI_OPERATION_NAME]: operation,
      [ATTR_GEN_AI_CONVERSATION_ID]: conversationId,
      ...attributes,
    },
    SpanKind.INTERNAL,
    [],
    startedMs,
  );
}

function begin(
  name: string,
  parent: Context,
  attributes: Attributes,
  kind: SpanKind,
  links: readonly Link[] = [],
  startTime?: number,
): Structure | undefined {
  if (currentObserver() === undefined) return undefined;
  return guarded(
    'structure-start',
    () => {
      const tracer = trace.getTracer(STRUCTURE_TRACER_NAME);
      const options: SpanOptions = { kind, attributes, links: [...links] };
      if (startTime !== undefined) options.startTime = startTime;
      return new Structure(tracer.startSpan(name, options, parent), parent);
    },
    undefined,
  );
}
