import {
  ATTR_GEN_AI_AGENT_NAME,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../attribution/attribution-scope.ts';
import type { RunScope } from '../attribution/run-scope.ts';
import { classifySpan } from '../normalise/recognise.ts';
import type { SpanLook } from '../normalise/vendor.ts';
import type { Place } from './place.ts';
import { OWN_SCOPE, SpanNode } from './span-node.ts';
import { AgentFrame } from './totals.ts';

/** Live local roots that can be found by trace id. */
const MAX_TRACES = 10_000;

/** The tree of live recorded spans, as far as calls need it. */
export class SpanStructure {
  // For children of spans that are not recorded and so have no node. In order of their start.
  readonly #rootByTrace = new Map<string, SpanNode>();
  /** The own span started last, until its call is told. */
  #unclaimed: SpanNode | undefined = undefined;

  spanStarted(span: SpanLook, { traceId, spanId }: SpanIds, place: Place): SpanNode {
    const parent = this.nodeAround(place);
    const isOwn = span.instrumentationScope?.name === OWN_SCOPE;
    const kind = isOwn ? 'own' : classifySpan(span);
    // A call is work of whatever is around it, never a piece of work that holds calls.
    const rootsLocally = kind !== 'own' && kind !== 'call' && !place.isInsideLocalSpan;
    const keepsPlace = rootsLocally || (kind !== 'own' && kind !== 'other');
    const node = new SpanNode(
      kind,
      parent,
      spanId,
      rootsLocally,
      keepsPlace ? place : undefined,
      kind === 'agent' ? new AgentFrame(parent?.agent, agentName(span)) : parent?.agent,
    );
    node.scope = span.instrumentationScope?.name;
    if (rootsLocally) this.#rememberRoot(traceId, node);
    if (kind === 'agent' || kind === 'workflow') {
      node.strongAnchor ??= rootsLocally
        ? node
        : (this.scopesInside(node, place.scope).naming ?? node);
    } else if (kind === 'call') {
      node.markAncestors();
    } else if (kind === 'own') {
      node.markAncestors();
      this.#unclaimed = node;
    }
    return node;
  }

  spanEnded(node: SpanNode, traceId: string): void {
    node.ended = true;
    if (node.localRoot === node && this.#rootByTrace.get(traceId) === node) {
      this.#rootByTrace.delete(traceId);
    }
  }

  /** The node of the span around, or that of its local root where the span is not recorded. */
  nodeAround(place: Place): SpanNode | undefined {
    if (place.node !== undefined) return place.node;
    const { traceId } = place;
    return traceId === undefined ? undefined : this.#rootByTrace.get(traceId);
  }

  /** The own span that was started under `parent` just now, for the call that is being started. */
  claimOwnSpan(parent: SpanNode | undefined): SpanNode | undefined {
    const node = this.#unclaimed;
    this.#unclaimed = undefined;
    return node?.parent === parent ? node : undefined;
  }

  /** Which run scopes lie between the local root of `node` and the inside, where `scope` holds. */
  scopesInside(node: SpanNode | undefined, scope: AttributionScope): ScopesInside {
    const innermost = scope.runScope;
    let outermost: RunScope | undefined;
    let naming: RunScope | undefined;
    if (innermost !== undefined) {
      const around = node?.localRoot?.place?.scope.runScope;
      let run: RunScope | undefined = innermost;
      while (run !== undefined && run !== around) {
        outermost = run;
        // A nested run scope exists only because it names another workflow than the one around it.
        if (run.parentRun !== undefined) naming = run;
        run = run.parentRun;
      }
      if (outermost === innermost && scope.sources.workflow === 'code') naming = outermost;
    }
    return { outermost, naming };
  }

  #rememberRoot(traceId: string, node: SpanNode): void {
    if (this.#rootByTrace.size >= MAX_TRACES) {
      const [oldest] = this.#rootByTrace.keys();
      if (oldest !== undefined) this.#rootByTrace.delete(oldest);
    }
    this.#rootByTrace.set(traceId, node);
  }
}

/** Of a span: 32 and 16 hexadecimal digits. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

export interface ScopesInside {
  readonly outermost: RunScope | undefined;
  /** The outermost of those that name another workflow than the scope around them. */
  readonly naming: RunScope | undefined;
}

/** By its attribute, else by the name that the conventions give the span: `invoke_agent <name>`. */
function agentName({ name, attributes }: SpanLook): string | undefined {
  const given = attributes[ATTR_GEN_AI_AGENT_NAME];
  if (typeof given === 'string' && given !== '') return given;
  const prefix = `${GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT} `;
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}
