/**
 * Measures speed and memory and writes docs/benchmarks.md. Variants take turns in processes of their
 * own, round by round. Each time is the least of its rounds, because other programs on the machine
 * only ever add time; other figures are medians.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AdmissionFigures, admissionSection } from './admission-section.ts';
import { sectionOf, withSection } from './boards/section.ts';
import { NEIGHBOURS } from './neighbours.ts';
import { OWNERS, type Owner } from './profile.ts';
import { STARTUP_APPS } from './startup.ts';

const ROUNDS = 5;
const folder = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

function node(...args: readonly string[]): unknown {
  const env = { ...process.env, COSTSPAN_LOG: 'off', OTEL_SDK_DISABLED: '' };
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', env });
  return JSON.parse(output.trim().split('\n').at(-1) ?? 'null');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Runs every variant once a round, and gives each one's figures in the order of the rounds. */
function takeTurns(
  names: readonly string[],
  run: (name: string) => unknown,
): Map<string, number[]> {
  const figures = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) {
      figures.get(name)?.push(Number(run(name)));
      process.stderr.write('.');
    }
  }
  return figures;
}

function scenario(name: string, variants: readonly string[]): Map<string, number[]> {
  process.stderr.write(`\n${name} `);
  return takeTurns(variants, (variant) =>
    node('--expose-gc', `${folder}measure.ts`, variant, name),
  );
}

/** Microseconds a stream. */
interface StreamSides {
  readonly bare: number;
  readonly reaction: number;
  readonly watched: number;
}

/** All sides take turns within each process. */
function streamSides(name: string): StreamSides {
  process.stderr.write(`\n${name} `);
  const runs = Array.from({ length: ROUNDS }, () => {
    process.stderr.write('.');
    return node('--expose-gc', `${folder}measure.ts`, 'costspan', name) as StreamSides;
  });
  return {
    bare: Math.min(...runs.map(({ bare }) => bare)),
    reaction: Math.min(...runs.map(({ reaction }) => reaction)),
    watched: Math.min(...runs.map(({ watched }) => watched)),
  };
}

function least(figures: Map<string, number[]>, variant: string): number {
  return Math.min(...(figures.get(variant) ?? []));
}

function ratio(figures: Map<string, number[]>, variant: string, base: string): string {
  return `${(least(figures, variant) / least(figures, base)).toFixed(2)} ×`;
}

function middle(figures: Map<string, number[]>, variant: string): number {
  return median(figures.get(variant) ?? []);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const VARIANTS = ['bare', 'floor', 'reference', 'costspan'] as const;
const LABELS: Readonly<Record<string, string>> = {
  bare: 'bare SDK',
  floor: 'OpenTelemetry’s floor: one span with 15 attributes, two histograms, one counter',
  reference: 'the whole job written by hand for one method',
  costspan: '**costspan**, everything on',
};

const plain = scenario('plain', [...VARIANTS, ...NEIGHBOURS]);
const alone = scenario('stream alone', ['bare', 'costspan', ...NEIGHBOURS]);
const short = streamSides('short');
const stream = streamSides('stream');
const long = streamSides('long');
process.stderr.write('\nprofile ');
interface Profile {
  readonly plain: Readonly<Record<Owner, number>>;
  readonly stream: Readonly<Record<Owner, number>>;
}
const bareProfile = node(`${folder}measure.ts`, 'bare', 'profile') as Profile;
const profile = node(`${folder}measure.ts`, 'costspan', 'profile') as Profile;
const heap = scenario('heap', ['bare', 'costspan']);
const loop = scenario('loop', ['bare', 'costspan']);

process.stderr.write('\nstart-up ');
const startup = takeTurns(Object.keys(STARTUP_APPS), (name) =>
  node('--input-type=module', '-e', STARTUP_APPS[name] ?? ''),
);

process.stderr.write('\npricing and soak ');
interface Pricing {
  readonly firstMicroseconds: number;
  readonly warmNanoseconds: number;
  readonly modalitiesNanoseconds: number;
  readonly searchesNanoseconds: number;
  readonly libraryNanoseconds: number;
}
const pricing = node(`${folder}price.ts`) as Pricing;
interface Soak {
  readonly heapBytes: readonly number[];
  readonly peakRssBytes: number;
}
const soakOf = (variant: string, ...flags: string[]): Soak =>
  node('--expose-gc', ...flags, `${folder}measure.ts`, variant, 'soak') as Soak;
const SMALL_YOUNG = '--max-semi-space-size=8';
const soak = soakOf('costspan');
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

process.stderr.write('\nbudgets ');
const admission = node(`${folder}admission.ts`) as AdmissionFigures;

const perStream = short.watched - short.bare;
const perChunk = (long.watched - long.bare - perStream) / 4999;
const perReaction = (long.reaction - long.bare) / 5000;
const streamRow = (chunks: string, times: ReturnType<typeof streamSides>): string[] => [
  chunks,
  times.bare.toFixed(0),
  times.reaction.toFixed(0),
  times.watched.toFixed(0),
  `${(times.watched / times.bare).toFixed(2)} ×`,
];
const others =
  NEIGHBOURS.length === 0
    ? 'None was there to measure: `npm run neighbours` installs them.'
    : table(
        ['instrumentation', 'plain call, over the bare SDK', 'stream of 500, over the bare SDK'],
        ['costspan', ...NEIGHBOURS].map((name) => [
          LABELS[name] ?? name,
          ratio(plain, name, 'bare'),
          ratio(alone, name, 'bare'),
        ]),
      );
const text = `# Benchmarks

Written by \`npm run bench\` on Node ${process.versions.node}. Time of the main thread over the official \`openai\`
client with an in-process \`fetch\`, so that nothing but the SDK's work and ours is left; every
variant but the bare one runs the real OpenTelemetry SDK with exporters that drop. Variants take
turns, ${ROUNDS} rounds; a time is the least of its rounds, because other programs on the machine only
ever add time.

## A plain call

${table(
  ['variant', 'µs a call', 'over the bare SDK', 'over the hand-written reference'],
  VARIANTS.map((name) => [
    LABELS[name] ?? name,
    least(plain, name).toFixed(1),
    ratio(plain, name, 'bare'),
    ratio(plain, name, 'reference'),
  ]),
)}

The reference has no guards, no streams, no retries, one price and half the attributes.

## Beside other instrumentations

In the same run, each set up by its documentation with the recording of content off. OpenInference and
OpenLLMetry make spans and neither metrics nor prices; OpenLIT makes all three.

${others}

## Streams

A bare client, one that adds a single promise reaction to each chunk and does nothing else, and a
watched one take turns in one process. A reaction is the least that seeing a chunk takes, so what is
over the second column is ours.

${table(
  ['chunks', 'bare, µs', 'one reaction a chunk, µs', '**costspan**, µs', 'over the bare SDK'],
  [streamRow('1', short), streamRow('500', stream), streamRow('5,000', long)],
)}

The call itself, its span, metrics and price, is ${perStream.toFixed(0)} µs of a stream of one chunk. A further chunk costs
${perChunk.toFixed(2)} µs, of which the promise reaction alone is ${perReaction.toFixed(2)}. A stream in flight holds
${((middle(heap, 'costspan') - middle(heap, 'bare')) / 1024).toFixed(1)} KB of heap over the bare SDK, its span included; no chunk is kept. With 2,000 streams at once
the 99th percentile of event-loop delay is ${least(loop, 'costspan').toFixed(1)} ms against ${least(loop, 'bare').toFixed(1)} ms bare:
the longest turns of the loop are those in which all of them start or end, each by the work of a call.

## Where the time goes

Microseconds of whose code ran, by V8's profiler. What costspan adds beyond its own code is in the
telemetry it calls, in the promises and objects made for it, and in collecting them.

${table(
  ['code of', 'plain call, bare', 'with costspan', 'stream of 500, bare', 'with costspan'],
  OWNERS.map((owner) => [
    owner,
    bareProfile.plain[owner].toFixed(1),
    profile.plain[owner].toFixed(1),
    bareProfile.stream[owner].toFixed(0),
    profile.stream[owner].toFixed(0),
  ]),
)}

## Start-up

${table(
  ['application', 'CPU ms', 'over an empty one'],
  Object.keys(STARTUP_APPS).map((name) => [
    name,
    least(startup, name).toFixed(0),
    `+${(least(startup, name) - least(startup, 'empty')).toFixed(0)}`,
  ]),
)}

## Pricing

One warm price takes ${pricing.warmNanoseconds.toFixed(0)} ns, of a usage with modalities ${pricing.modalitiesNanoseconds.toFixed(0)} ns and with web
searches ${pricing.searchesNanoseconds.toFixed(0)} ns; the library's own look-up takes ${(pricing.libraryNanoseconds / 1000).toFixed(1)} µs. The first price of a model, which parses its
provider's part of the book, takes ${(pricing.firstMicroseconds / 1000).toFixed(1)} ms.

${admissionSection(admission)}
## Memory

100,000 calls: heap after each fifth ${soak.heapBytes.map(megabytes).join(', ')} MB. What lives is flat
and small; peak RSS is mostly garbage that V8 has not collected yet, and how much of it V8 allows to
gather depends on how fast it is made and on the size of the young generation:

${table(
  ['peak RSS, MB', 'by default', `with \`${SMALL_YOUNG}\``],
  (['bare', 'floor', 'costspan'] as const).map((name) => [
    LABELS[name] ?? name,
    megabytes((name === 'costspan' ? soak : soakOf(name)).peakRssBytes),
    megabytes(soakOf(name, SMALL_YOUNG).peakRssBytes),
  ]),
)}
`;
const document = new URL('../docs/benchmarks.md', import.meta.url);
// `npm run bench:boards` measures those.
const boards = sectionOf(readFileSync(document, 'utf8'));
writeFileSync(document, boards === '' ? text : withSection(text, boards));
process.stderr.write('\n');
process.stdout.write(text);
