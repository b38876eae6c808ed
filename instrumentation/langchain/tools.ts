import { context } from '@opentelemetry/api';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { wrapMethod } from '../core/patch.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import {
  type Structure,
  denialOfTool,
  runInside,
  startTool,
} from '../core/frameworks/structure.ts';
import { isControlFlow } from './graph.ts';

/** Watches every tool that is run: all kinds of them call this method. */
export function patchTools(prototype: object): boolean {
  return wrapMethod(
    prototype,
    'call',
    (original) =>
      function (this: object, ...args: unknown[]): unknown {
        if (currentObserver() === undefined) return original.apply(this, args);
        const name = guarded('langchain', () => asString(Reflect.get(this, 'name')), undefined);
        const parent = context.active();
        const denial = denialOfTool(name ?? '', inputOf(args[0]), parent);
        if (denial !== undefined) return Promise.reject(denial);
        const tool =
          name === undefined
            ? undefined
            : guarded(
                'langchain',
                () => startTool({ name, callId: callIdOf(args) }, parent),
                undefined,
              );
        return settle(tool, () => original.apply(this, args) as Promise<unknown>);
      },
  );
}

async function settle(tool: Structure | undefined, run: () => Promise<unknown>): Promise<unknown> {
  try {
    const result = await runInside(tool, run);
    tool?.end();
    return result;
  } catch (error) {
    if (isControlFlow(error)) tool?.end();
    else tool?.fail(error);
    throw error;
  }
}

/** A call of the model's holds the arguments; else they are the input itself. */
function inputOf(input: unknown): unknown {
  const call = asDictionary(input);
  return call?.['type'] === 'tool_call' ? call['args'] : input;
}

function callIdOf([input, config]: readonly unknown[]): string | undefined {
  return (
    asString(asDictionary(asDictionary(config)?.['toolCall'])?.['id']) ??
    (asDictionary(input)?.['type'] === 'tool_call'
      ? asString(asDictionary(input)?.['id'])
      : undefined)
  );
}
