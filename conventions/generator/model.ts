/** What the YAML files say, as plain records: the input of everything that is generated. */

/** `costspan` and `proposal` are defined by our registry, the others by upstream. */
export type Origin = 'costspan' | 'proposal' | 'genai' | 'core';

/** `emit`: we write the name. `read`: we only look at it on telemetry of others. */
export type Use = 'emit' | 'read';

export type Instrument = 'counter' | 'updowncounter' | 'gauge' | 'histogram';
export type ValueType = 'int' | 'double';

export interface Deprecation {
  readonly renamedTo: string | undefined;
  readonly note: string | undefined;
}

export interface EnumMember {
  readonly id: string;
  readonly value: string;
  readonly brief: string;
}

interface Named {
  /** The file that defines the name, relative to `conventions/`. */
  readonly file: string;
  readonly name: string;
  readonly brief: string;
  readonly origin: Origin;
  readonly use: Use;
  readonly deprecated: Deprecation | undefined;
}

export interface Attribute extends Named {
  /** Stands in for the name where the constant is made, when another name has that constant. */
  readonly constant: string | undefined;
  /** `string`, `int`, `double`, `boolean`, an array of those, or `any`. */
  readonly type: string;
  /** The well-known values of an enum, whose `type` is then `string`. */
  readonly members: readonly EnumMember[] | undefined;
  readonly note: string | undefined;
  readonly examples: readonly unknown[];
}

/** A mention of one attribute or of a group of attributes. */
export interface Reference {
  readonly kind: 'attribute' | 'group';
  readonly name: string;
  /** `required`, `recommended`, `opt_in`, or the condition under which it is required. */
  readonly level: string | undefined;
}

export interface AttributeGroup {
  readonly file: string;
  readonly id: string;
  readonly brief: string;
  readonly references: readonly Reference[];
}

export interface Metric extends Named {
  readonly instrument: Instrument;
  readonly unit: string;
  readonly valueType: ValueType;
  readonly boundaries: readonly number[] | undefined;
  readonly note: string | undefined;
  readonly references: readonly Reference[];
}

export interface Event extends Named {
  readonly note: string | undefined;
  readonly references: readonly Reference[];
}

/** Attributes that we add to a span or a metric that upstream defines. */
export interface Refinement {
  readonly file: string;
  readonly id: string;
  readonly target: string;
  readonly brief: string;
  readonly references: readonly Reference[];
}

export interface UpstreamSource {
  readonly id: string;
  readonly repository: string;
  /** A commit or a tag. */
  readonly version: string;
}

export interface Conventions {
  readonly sources: readonly UpstreamSource[];
  readonly attributes: readonly Attribute[];
  readonly groups: readonly AttributeGroup[];
  readonly metrics: readonly Metric[];
  readonly events: readonly Event[];
  /** Upstream's span types that refinements may name. */
  readonly spanTypes: readonly string[];
  readonly spanRefinements: readonly Refinement[];
  readonly metricRefinements: readonly Refinement[];
}

/** One YAML file. `path` is relative to `conventions/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
