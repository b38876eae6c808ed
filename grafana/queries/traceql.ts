import { MODELLED, type ScopeVariable } from './scope.ts';

/*
 * A literal's type chooses the column that Tempo looks into: money is compared with a decimal point,
 * counts without one.
 */

/** A span attribute in TraceQL. */
export function span(attribute: string): string {
  return `span.${attribute}`;
}

/** Money in TraceQL: always with a decimal point, as Tempo keeps doubles and integers apart. */
export function money(usd: number): string {
  return Number.isInteger(usd) ? `${usd}.0` : `${usd}`;
}

/**
 * Spans that the variables choose and that meet all `conditions`. "All" is `.*`, which a missing
 * attribute does not match; the span's name, which is never missing and never a team's, does.
 *
 * Grafana escapes what is chosen as a regular expression; between backticks TraceQL takes it as it
 * stands, with its backslashes and quotes.
 */
export function spansWhere(
  conditions: readonly string[],
  variables: readonly ScopeVariable[] = MODELLED,
): string {
  const scope = variables.map(
    ({ name, attribute }) =>
      `(.${attribute} =~ \`\${${name}:regex}\` || name =~ \`\${${name}:regex}\`)`,
  );
  return `{ ${[...conditions, ...scope].join(' && ')} }`;
}

/** `query | select(…)`: the attributes become columns of the table. */
export function selecting(query: string, attributes: readonly string[]): string {
  return `${query} | select(${attributes.map(span).join(', ')})`;
}
