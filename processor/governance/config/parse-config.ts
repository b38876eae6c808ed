import * as v from 'valibot';
import { Composer, isCollection, isMap, isPair, isSeq, LineCounter, Parser } from 'yaml';
import type { CST, Document, Node } from 'yaml';
import type { ConfigProblem, CostspanConfig } from './config.ts';
import {
  describeIssue,
  describeUnknownKey,
  formatPath,
  isAboutUnknownKey,
  pathOf,
} from './describe-issue.ts';
import { findRepeatedKey } from './repeated-keys.ts';
import { findUnknownKeys } from './schema-walk.ts';
import type { ConfigPath } from './schema-walk.ts';
import { configSchema } from './schema.ts';
import { messageOf } from '../../../conventions/error-text.ts';

/**
 * Reads the text of a configuration file. This module brings in the YAML parser and the validator,
 * so it is loaded only when there is a file.
 */

export interface ParsedConfig {
  /** Absent when there is any problem: half a configuration is never used. */
  readonly config: CostspanConfig | undefined;
  readonly problems: readonly ConfigProblem[];
}

const MOST_PROBLEMS = 20;

/** Never throws. JSON is read by the rules of JSON when `file` ends in `.json`. */
export function parseConfig(text: string, file: string): ParsedConfig {
  const problems: ConfigProblem[] = [];
  const report = (message: string, line?: number, path?: ConfigPath) => {
    const place = path === undefined || path.length === 0 ? 'the file' : formatPath(path);
    const end = message.endsWith('?') ? '' : '.';
    problems.push({
      severity: 'error',
      message: `${file}${line === undefined ? '' : `:${line}`}: ${place} ${message}${end}`,
      file,
      line,
      path: path === undefined ? undefined : formatPath(path),
    });
  };

  if (file.endsWith('.json')) {
    const fault = jsonFault(text);
    if (fault !== undefined) {
      report(`is not valid JSON: ${fault}`);
      return { config: undefined, problems };
    }
  }

  const lines = new LineCounter();
  let value: unknown;
  let document: Document.Parsed | undefined;
  try {
    document = compose(text, lines, (message, offset) => {
      report(yamlFault(message), lines.linePos(offset).line);
    });
    if (problems.length > 0) return { config: undefined, problems: cut(problems, file) };
    value = document?.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const message = messageOf(error);
    report(yamlFault(message));
    return { config: undefined, problems };
  }

  const content = withoutEmptySections(value);
  for (const { path, key, known } of findUnknownKeys(content)) {
    report(describeUnknownKey(key, known), lineOf(document, lines, path), path);
  }
  const result = v.safeParse(configSchema, content);
  if (result.success) return { config: result.output, problems };
  const seen = new Set<string>();
  for (const issue of result.issues) {
    const path = pathOf(issue);
    const key = formatPath(path);
    if (isAboutUnknownKey(issue) || seen.has(key)) continue;
    seen.add(key);
    report(describeIssue(issue), lineOf(document, lines, path), path);
  }
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { config: undefined, problems: cut(problems, file) };
}

const TOO_DEEP = 'too deep';
/** Far more than any configuration has. */
const DEEPEST = 500;

/**
 * Whether brackets or dashes stand inside each other without end, which the parser takes seconds to
 * find out. Those in quoted text are counted too, as a text of so many open ones is no setting.
 */
function isNestedTooDeeply(text: string): boolean {
  let depth = 0;
  for (const bracket of text.matchAll(/[[\]{}]/g)) {
    depth += bracket[0] === '[' || bracket[0] === '{' ? 1 : -1;
    if (depth > DEEPEST) return true;
  }
  return new RegExp(`(?:[-?] ){${DEEPEST}}`).test(text);
}

/**
 * The parser's own steps, so that a text that stops being YAML is given up at the first fault: to
 * go on, as `parseDocument` does, takes seconds for a megabyte of brackets.
 */
function compose(
  text: string,
  lines: LineCounter,
  report: (message: string, offset: number) => void,
): Document.Parsed | undefined {
  if (isNestedTooDeeply(text)) {
    lines.addNewLine(0);
    report(TOO_DEEP, 0);
    return undefined;
  }
  const tokens: CST.Token[] = [];
  for (const token of new Parser(lines.addNewLine).parse(text)) {
    if (token.type === 'error') {
      report(token.message, token.offset);
      return undefined;
    }
    tokens.push(token);
  }
  const composer = new Composer({
    lineCounter: lines,
    stringKeys: true,
    uniqueKeys: false,
    merge: true,
    logLevel: 'silent',
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (second !== undefined) report('it holds more than one document', second.range[0]);
  for (const fault of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    report(fault.message, fault.pos[0]);
  }
  const repeated = findRepeatedKey(document?.contents);
  if (repeated !== undefined) report(`it says "${repeated.key}" twice`, repeated.offset);
  return document;
}

/** `budgets:` with every entry commented out is `null` in YAML, and means none. */
function withoutEmptySections(value: unknown): unknown {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null));
}

/** The line of the key at `path`, or of the nearest thing around it. */
function lineOf(
  document: Document | undefined,
  lines: LineCounter,
  path: ConfigPath,
): number | undefined {
  let node: unknown = document?.contents;
  let offset = (node as Node | null)?.range?.[0];
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && (item.key as { value?: unknown } | null)?.value === key,
      );
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  if (offset === undefined && isCollection(node)) offset = node.range?.[0];
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return oneLine(messageOf(error));
  }
}

/** The parser's words, save where they name its own limits. */
function yamlFault(message: string): string {
  if (/alias count/i.test(message)) {
    return 'refers to its own anchors too often: write the values out instead of using aliases';
  }
  if (message === TOO_DEEP || /call stack|stack overflow/i.test(message)) {
    return 'is nested too deeply: flatten it';
  }
  return `is not valid YAML: ${oneLine(message)}`;
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return flat.length > 200 ? `${flat.slice(0, 199)}…` : flat;
}

function cut(problems: ConfigProblem[], file: string): ConfigProblem[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  const more = problems.length - MOST_PROBLEMS;
  return [
    ...problems.slice(0, MOST_PROBLEMS),
    {
      severity: 'error',
      message: `${file}: ${more} more ${more === 1 ? 'problem' : 'problems'} not shown.`,
      file,
      line: undefined,
      path: undefined,
    },
  ];
}
