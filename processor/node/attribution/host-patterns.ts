/** Ports of one host or suffix; `undefined` means every port. */
type Ports = ReadonlySet<number> | undefined;

/** A host as patterns see it. */
export interface HostAddress {
  /** Lower case; IPv6 in brackets. */
  readonly name: string;
  readonly port: number | undefined;
}

/** Splits `host`, `host:port`, `[::1]:port`; `undefined` for what is none of these. */
export function parseHostAddress(text: string): HostAddress | undefined {
  const match = /^(\[[\da-f:.]+\]|[^\s:/@[\]]+)(?::(\d{1,5}))?$/.exec(text.toLowerCase());
  const name = match?.[1]?.replace(/\.$/, '');
  if (name === undefined || name === '') {
    return undefined;
  }
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  return port !== undefined && port > 65_535 ? undefined : { name, port };
}

/**
 * A set of hosts written as `host` or `*.suffix`, each with an optional `:port`, in any letter
 * case. `*.internal` covers `a.internal` and `a.b.internal`, not `internal`. Patterns are parsed
 * once; matching is a lookup for each label of the host.
 */
export class HostPatterns {
  /** Patterns that could not be read. */
  readonly invalid: readonly string[];
  readonly #exact = new Map<string, Ports>();
  readonly #suffixes = new Map<string, Ports>();

  constructor(patterns: readonly string[]) {
    this.invalid = patterns.filter((pattern) => !this.#add(pattern));
  }

  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#suffixes.size === 0;
  }

  /** `port` is the one in effect, the default of the protocol included. */
  matches(host: HostAddress): boolean {
    if (hasPort(this.#exact, host.name, host.port)) {
      return true;
    }
    for (let dot = host.name.indexOf('.'); dot >= 0; dot = host.name.indexOf('.', dot + 1)) {
      if (hasPort(this.#suffixes, host.name.slice(dot + 1), host.port)) {
        return true;
      }
    }
    return false;
  }

  #add(pattern: unknown): boolean {
    if (typeof pattern !== 'string') {
      return false;
    }
    const isSuffix = pattern.startsWith('*.');
    const address = parseHostAddress(isSuffix ? pattern.slice(2) : pattern);
    if (address === undefined || address.name.includes('*')) {
      return false;
    }
    const target = isSuffix ? this.#suffixes : this.#exact;
    const known = target.get(address.name);
    const everyPort = address.port === undefined || (target.has(address.name) && !known);
    target.set(address.name, everyPort ? undefined : new Set([...(known ?? []), address.port]));
    return true;
  }
}

function hasPort(
  hosts: ReadonlyMap<string, Ports>,
  name: string,
  port: number | undefined,
): boolean {
  if (!hosts.has(name)) {
    return false;
  }
  const ports = hosts.get(name);
  return ports === undefined || (port !== undefined && ports.has(port));
}
