export const EDGE_SENTENCE: string =
  "costspan: This is an edge runtime, which lacks the modules of Node that costspan works with, so nothing is watched, counted or capped here: set runtime = 'nodejs' for what calls models.";

let said = false;

/** Says once what an application has to know. Never throws. */
export function sayOnEdge(): void {
  if (said) return;
  said = true;
  // oxlint-disable-next-line eslint/no-console -- the only stream that an edge runtime has
  console.warn(EDGE_SENTENCE);
}
