import { diag, type DiagLogger } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeError, messageOf } from '../../conventions/error-text.ts';
import { warnOnce } from '../../conventions/warn-once.ts';

const HOSTILE: object = {
  toString() {
    throw new Error('no words');
  },
};

function quiet(): void {
  // Only warnings are looked at.
}

describe('describeError and messageOf', () => {
  it.each([
    [new TypeError('fetch failed'), 'TypeError: fetch failed', 'fetch failed'],
    ['a text', 'a text', 'a text'],
    [undefined, 'undefined', 'undefined'],
    [HOSTILE, 'an error that cannot be shown', 'an error that cannot be shown'],
    [
      Object.create(null) as unknown,
      'an error that cannot be shown',
      'an error that cannot be shown',
    ],
  ])('have words for whatever was thrown: %#', (error, described, message) => {
    expect(describeError(error)).toBe(described);
    expect(messageOf(error)).toBe(message);
  });
});

describe('warnOnce', () => {
  afterEach(() => {
    diag.disable();
  });

  it('says a thing once for each key, and passes over a logger that throws', () => {
    const warn = vi.fn<DiagLogger['warn']>(() => {
      throw new Error('the logger is broken');
    });
    diag.setLogger({ error: quiet, warn, info: quiet, debug: quiet, verbose: quiet });
    warnOnce('one', 'the first');
    warnOnce('one', 'the first, again');
    warnOnce('other', 'the second');
    expect(warn.mock.calls).toEqual([['costspan: the first'], ['costspan: the second']]);
  });
});
