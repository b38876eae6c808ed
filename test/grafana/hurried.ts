/** The rules with their times cut short: what an hour makes of them promtool has told. */
export function hurried(text: string): string {
  return text.replaceAll(/^( +)(for|interval): \d+[mh]$/gm, (_, indent: string, key: string) =>
    key === 'for' ? `${indent}for: 0s` : `${indent}interval: 5s`,
  );
}
