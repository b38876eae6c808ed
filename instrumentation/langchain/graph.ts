import { context } from '@opentelemetry/api';
import { type GeneratorEnd, generatorInside } from '../core/frameworks/generator-inside.ts';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { wrapMethod } from '../core/patch.ts';
import { asArray, asDictionary, asString } from '../../providers/read.ts';
import { type Structure, startAgent, startWorkflow } from '../core/frameworks/structure.ts';

/** What LangGraph calls a graph that the application gave no name. */
const NO_NAME = 'LangGraph';

/**
 * Watches runs of compiled graphs: `invoke`, `stream` and `streamEvents` all go by one generator.
 * A graph with a node that runs tools is an agent, any other one a workflow of the application.
 */
export function patchGraphs(prototype: object): boolean {
  return wrapMethod(
    prototype,
    '_streamIterator',
    (original) =>
      function (this: object, ...args: unknown[]): unknown {
        const inner = original.apply(this, args) as AsyncGenerator;
        if (currentObserver() === undefined) return inner;
        return guarded('langgraph', () => watchRun(this, args[1], inner), inner);
      },
  );
}

function watchRun(graph: object, options: unknown, inner: AsyncGenerator): AsyncGenerator {
  const parent = context.active();
  let structure: Structure | undefined;
  return generatorInside(inner, {
    start() {
      structure = guarded('langgraph', () => startRun(graph, options), undefined);
      return structure?.context;
    },
    end(end) {
      if (structure !== undefined) endRun(structure, end);
    },
  });

  function startRun(run: object, given: unknown): Structure | undefined {
    const config = asDictionary(given);
    const name = asString(config?.['runName']) ?? asString(Reflect.get(run, 'name'));
    const thread = asString(asDictionary(config?.['configurable'])?.['thread_id']);
    const begin = runsTools(run) ? startAgent : startWorkflow;
    return begin(name === NO_NAME ? undefined : name, parent, { conversationId: thread });
  }
}

function endRun(structure: Structure, end: GeneratorEnd): void {
  if (end.how === 'failed' && !isControlFlow(end.error)) structure.fail(end.error);
  else structure.end();
}

/** How a graph waits for a person or hands over to another one: by what it throws. */
export function isControlFlow(error: unknown): boolean {
  return asDictionary(error)?.['is_bubble_up'] === true;
}

const toolRunners = new WeakMap<object, boolean>();

function runsTools(graph: object): boolean {
  let runs = toolRunners.get(graph);
  if (runs === undefined) {
    const nodes = asDictionary(Reflect.get(graph, 'nodes')) ?? {};
    runs = 'tools' in nodes || Object.values(nodes).some((node) => isToolNode(node));
    toolRunners.set(graph, runs);
  }
  return runs;
}

function isToolNode(node: unknown): boolean {
  const bound = asDictionary(asDictionary(node)?.['bound']);
  return (
    bound !== undefined && asArray(bound['tools']) !== undefined && 'handleToolErrors' in bound
  );
}
