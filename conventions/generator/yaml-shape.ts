/** Reads untyped YAML with one sentence for each mistake: the file, where in it, and what is wrong. */

export class RegistryError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'RegistryError';
    this.problems = problems;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One map of a YAML file. Every reader reports to the same list and then carries on. */
export class Shape {
  readonly file: string;
  /** The names of the maps around this one and its own; empty for the whole file. */
  readonly #where: string;
  readonly #map: Record<string, unknown>;
  readonly #problems: string[];

  constructor(file: string, where: string, value: unknown, problems: string[]) {
    this.file = file;
    this.#where = where;
    this.#problems = problems;
    this.#map = isMap(value) ? value : {};
    if (!isMap(value)) {
      this.problem('is not a map');
    }
  }

  problem(what: string): void {
    const where = this.#where === '' ? 'the file' : this.#where;
    this.#problems.push(`${this.file}: ${where}: ${what}.`);
  }

  #inner(name: string): string {
    return this.#where === '' ? name : `${this.#where}, ${name}`;
  }

  has(key: string): boolean {
    return this.#map[key] !== undefined;
  }

  /** Reports every key that is not in `known`. */
  only(known: readonly string[]): void {
    for (const key of Object.keys(this.#map)) {
      if (!known.includes(key)) {
        this.problem(`the key \`${key}\` is not known; known are ${known.join(', ')}`);
      }
    }
  }

  text(key: string): string {
    const value = this.optionalText(key);
    if (value === undefined && this.#map[key] === undefined) {
      this.problem(`\`${key}\` is missing`);
    }
    return value ?? '';
  }

  optionalText(key: string): string | undefined {
    const value = this.#map[key];
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'string' || value.trim() === '') {
      this.problem(`\`${key}\` must be text that is not empty`);
      return undefined;
    }
    return value.trim();
  }

  /** One of `allowed`; the first of them when it is not, after saying so. */
  oneOf<T extends string>(key: string, allowed: readonly [T, ...T[]]): T {
    const value = this.text(key);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined && value !== '') {
      this.problem(`\`${key}\` is \`${value}\`; it must be one of ${allowed.join(', ')}`);
    }
    return found ?? allowed[0];
  }

  list(key: string): readonly unknown[] {
    const value = this.#map[key];
    if (value === undefined) {
      return [];
    }
    if (!Array.isArray(value)) {
      this.problem(`\`${key}\` must be a list`);
      return [];
    }
    return value;
  }

  /** The maps of a list; each is named by the first of `names` that it has. */
  maps(key: string, names: readonly string[]): readonly Shape[] {
    return this.list(key).map((item, index) => {
      const name = isMap(item) ? names.map((n) => item[n]).find((n) => typeof n === 'string') : '';
      const label = typeof name === 'string' && name !== '' ? name : `${key}[${index}]`;
      return new Shape(this.file, this.#inner(label), item, this.#problems);
    });
  }

  map(key: string): Shape | undefined {
    const value = this.#map[key];
    return value === undefined
      ? undefined
      : new Shape(this.file, this.#inner(`\`${key}\``), value, this.#problems);
  }

  isMap(key: string): boolean {
    return isMap(this.#map[key]);
  }

  keys(): readonly string[] {
    return Object.keys(this.#map);
  }
}
