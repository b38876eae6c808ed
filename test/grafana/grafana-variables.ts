/** What Grafana makes of variables in addresses and queries, in the formats that the boards use. */

/** `${name}`, `${name:format}`, `${name.path}` and `${name.path:format}`. */
const VARIABLE = /\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}/g;

/** The values of a point or a board: variables by name, labels as `__field.labels['name']`. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

/** A variable at "All" is written as it stands, in every format but that of addresses. */
export const ALL = '.*';

/** Text with the variables of `values` in it; those that it does not name stay. */
export function interpolate(text: string, values: Values, fallback = 'raw'): string {
  return text.replaceAll(VARIABLE, (whole, name: string, path?: string, format = fallback) => {
    const value = values[path === undefined ? name : `${name}.${path}`];
    return value === undefined ? whole : formatted(name, value, format);
  });
}

function formatted(name: string, value: string | readonly string[], format: string): string {
  const list = typeof value === 'string' ? [value] : value;
  switch (format) {
    case 'raw':
      return list.join(',');
    case 'percentencode':
      return strictly(list.join(','));
    case 'queryparam':
      return list.map((one) => `var-${name}=${one === ALL ? '$__all' : strictly(one)}`).join('&');
    case 'uriencode':
      return encodeURI(list.join(','));
    case 'regex': {
      const escaped = list.map((one) => (one === ALL ? one : escapeRegex(one)));
      return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
    }
    default:
      throw new TypeError(`The test knows no format ${format}.`);
  }
}

function strictly(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** As `escapeRegex` of `@grafana/data`. */
function escapeRegex(value: string): string {
  return value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`);
}
