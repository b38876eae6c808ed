import { diag } from '@opentelemetry/api';

/** Deployments of a large gateway; past it the oldest is asked once more. */
const MOST_PLACES = 1_000;

/** Where a request for the usage of a stream was refused, for the life of the process. */
const places = new Set<string>();

export function isUnwelcomeAt(place: string): boolean {
  return places.size > 0 && places.has(place);
}

export function noteUnwelcomeAt(place: string): void {
  if (places.has(place)) return;
  for (const oldest of places) {
    if (places.size < MOST_PLACES) break;
    places.delete(oldest);
  }
  places.add(place);
  diag.info(
    `costspan: ${place} refuses stream_options.include_usage, so its streams are no longer asked for their usage and their tokens are estimated unless it sends them by itself.`,
  );
}

/** Forgets all places, for tests. */
export function forgetUnwelcomePlaces(): void {
  places.clear();
}
