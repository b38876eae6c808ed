import { setFlagsFromString } from 'node:v8';
import { runInNewContext, runInThisContext } from 'node:vm';
import { type Attributes, ProxyTracerProvider, type Span } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { learnShape } from '../../instrumentation/core/call/attribute-shapes.ts';

setFlagsFromString('--allow-natives-syntax');
setFlagsFromString('--expose-gc');
// The parser of this file knows no natives.
const isFast = runInThisContext('(object) => %HasFastProperties(object)') as (
  object: unknown,
) => boolean;
// A context that is older than the flag has none.
const collectGarbage = runInNewContext('gc') as () => void;

const tracer = new TracerProvider().getTracer('test');

function attributesOf(span: Span): Attributes {
  return Reflect.get(span, 'attributes') as Attributes;
}

function spanWith(prefix: string, value: (index: number) => string | number): Span {
  const span = tracer.startSpan('chat');
  const attributes: Attributes = {};
  for (let index = 0; index < 33; index += 1) attributes[`${prefix}.${index}`] = value(index);
  return span.setAttributes(attributes);
}

describe('the attributes of a span', () => {
  it('stay a plain object once a span with these keys was seen, whatever the values', () => {
    const first = spanWith('seen', (index) => index);
    expect(isFast(attributesOf(first))).toBe(false);
    learnShape(first);
    const values = [(index: number) => index / 2, (index: number) => `text ${index}`];
    for (const value of [...values, ...values]) {
      // V8 lets go of the ways to add keys that no object has gone.
      collectGarbage();
      const later = spanWith('seen', value);
      expect(isFast(attributesOf(later))).toBe(true);
      expect(attributesOf(later)['seen.32']).toBe(value(32));
      expect(Object.keys(attributesOf(later))).toEqual(Object.keys(attributesOf(first)));
    }
  });

  it('are left alone where there are none to see', () => {
    learnShape(new ProxyTracerProvider().getTracer('none').startSpan('chat'));
  });
});
