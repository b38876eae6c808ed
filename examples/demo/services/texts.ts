/** Long instructions, the same every time, as prompt caches want them. About 30 tokens a rule. */
export function handbook(subject: string, rules: number): string {
  const lines = Array.from(
    { length: rules },
    (_, index) =>
      `${index + 1}. When a case about ${subject} mentions clause ${index + 101}, quote the ` +
      `clause, say what it allows, and never promise more than it does.`,
  );
  return `You work on ${subject}. Keep to these rules.\n${lines.join('\n')}`;
}
