import { parser as traceqlParser } from '@grafana/lezer-traceql';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof promqlParser.parse>['topNode'];

export interface Selector {
  readonly series: string;
  /** Labels, each with how and with what it is compared. */
  readonly matchers: readonly { label: string; operator: string; value: string }[];
}

export interface ParsedPromQL {
  /** Where the grammar found an error. */
  readonly errors: readonly number[];
  readonly selectors: readonly Selector[];
  /** `by (…)` with the selectors that it groups, and `on (…)` with those of both sides. */
  readonly groupings: readonly { labels: readonly string[]; selectors: readonly Selector[] }[];
}

export function parsePromQL(text: string): ParsedPromQL {
  const tree = promqlParser.parse(text);
  const errors: number[] = [];
  const groupings: { labels: readonly string[]; selectors: readonly Selector[] }[] = [];
  tree.iterate({
    enter: ({ type, from, node }) => {
      if (type.isError) errors.push(from);
      if (type.name !== 'GroupingLabels') return;
      // Its parent is the modifier; the grandparent is what the labels apply to.
      const subject = node.parent?.parent;
      const labels = children(node).map((child) => unquoted(text, child));
      groupings.push({ labels, selectors: subject ? selectorsIn(text, subject) : [] });
    },
  });
  return { errors, selectors: selectorsIn(text, tree.topNode), groupings };
}

function selectorsIn(text: string, node: SyntaxNode): readonly Selector[] {
  if (node.name === 'VectorSelector') return [selectorOf(text, node)];
  return children(node).flatMap((child) => selectorsIn(text, child));
}

function selectorOf(text: string, node: SyntaxNode): Selector {
  const parts = node.getChild('LabelMatchers');
  const quoted = parts?.getChild('QuotedLabelName');
  const name = node.getChild('Identifier') ?? quoted;
  const matchers = (parts ? children(parts) : [])
    .filter(({ name: kind }) => kind.endsWith('LabelMatcher'))
    .map((matcher) => {
      const [label, operator, value] = children(matcher).map((part) => unquoted(text, part));
      return { label: label ?? '', operator: operator ?? '', value: value ?? '' };
    });
  return { series: name ? unquoted(text, name) : '', matchers };
}

export interface Comparison {
  readonly attribute: string;
  readonly operator: string;
  /** `Float`, `Integer`, `String`, `Duration` or `nil`. */
  readonly literal: string;
}

export interface ParsedTraceQL {
  readonly errors: readonly number[];
  /** Every attribute, without its scope. */
  readonly attributes: readonly string[];
  /** Every comparison of an attribute with a literal. */
  readonly comparisons: readonly Comparison[];
}

export function parseTraceQL(text: string): ParsedTraceQL {
  const errors: number[] = [];
  const attributes: string[] = [];
  const comparisons: Comparison[] = [];
  traceqlParser.parse(text).iterate({
    enter: ({ type, from, node }) => {
      if (type.isError) errors.push(from);
      if (type.name === 'AttributeField') attributes.push(attributeIn(text, node));
      const operator = node.getChild('FieldOp');
      const [left, right] = node.getChildren('FieldExpression');
      const field = left?.getChild('AttributeField');
      const literal = right?.getChild('Static');
      if (operator === null || !field || !literal) return;
      comparisons.push({
        attribute: attributeIn(text, field),
        operator: text.slice(operator.from, operator.to),
        literal: literal.firstChild?.name ?? 'nil',
      });
    },
  });
  return { errors, attributes, comparisons };
}

function attributeIn(text: string, field: SyntaxNode): string {
  const identifier = field.getChild('Identifier');
  return identifier === null ? '' : text.slice(identifier.from, identifier.to);
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

function unquoted(text: string, { from, to }: SyntaxNode): string {
  const raw = text.slice(from, to);
  return raw.startsWith('"') ? (JSON.parse(raw) as string) : raw;
}
