import { guarded } from '../guard.ts';
import { defineHidden } from '../patch.ts';

/** Learns the JSON of a response's body when the SDK reads it. */
export function onBody(response: Response, learn: (body: unknown) => void): void {
  for (const name of ['json', 'text'] as const) {
    const read = response[name];
    defineHidden(response, name, () =>
      read.call(response).then((body: unknown) => {
        guarded(
          'batch-results',
          () => learn(typeof body === 'string' ? JSON.parse(body) : body),
          undefined,
        );
        return body;
      }),
    );
  }
}
