/** Whose code runs for a call with budgets, in the order of the table. */
export const ADMISSION_AREAS = [
  'size of the request',
  'prices and estimate',
  'admission and settlement',
  'the store',
  'decisions told',
  'garbage collection',
  'all else, Node.js and V8',
] as const;
export type AdmissionArea = (typeof ADMISSION_AREAS)[number];

export interface RedisFigures {
  /** Until an admission by one and by three budgets is answered. */
  readonly admissionP50: { readonly one: number; readonly three: number };
  /** Of which the script runs on the server, on average. */
  readonly script: { readonly one: number; readonly three: number };
  /** A PING by the same client. */
  readonly pingP50: number;
}

/** What `admission.ts` prints. Microseconds. */
export interface AdmissionFigures {
  /** From the start of a call to its booking, without budgets. */
  readonly none: number;
  /** What is added to it. */
  readonly unmatched: number;
  readonly memoryOne: number;
  readonly memoryThree: number;
  /** Of each area's own code, with three budgets and with none. */
  readonly parts: Readonly<Record<AdmissionArea, { three: number; none: number }>>;
  readonly redis: RedisFigures | undefined;
}

/** The section of docs/benchmarks.md about budgets. */
export function admissionSection(figures: AdmissionFigures): string {
  const { none, unmatched, memoryOne, memoryThree, parts, redis } = figures;
  const row = (what: string, added: number): string =>
    `| ${what} | ${added.toFixed(1)} | ${((none + added) / none).toFixed(2)} × |`;
  const partRows = ADMISSION_AREAS.map((area) => {
    const { three, none: without } = parts[area];
    return `| ${area} | ${without.toFixed(2)} | ${three.toFixed(2)} |`;
  });
  return `## Budgets

Between the start of a call and its booking our part takes ${none.toFixed(1)} µs of CPU without budgets. Reserving
before the call and settling after it add:

| budgets | µs a call | over none |
| --- | --- | --- |
${row('none matches', unmatched)}
${row('one hard budget in memory', memoryOne)}
${row('three hard budgets in memory', memoryThree)}

By V8's profiler that is, in microseconds of each part's own code:

| code of | no budgets | three |
| --- | --- | --- |
${partRows.join('\n')}

${redis === undefined ? 'No Redis server was there to measure.' : redisText(redis)}
`;
}

function redisText({ admissionP50, script, pingP50 }: RedisFigures): string {
  const row = (what: string, admission: number, onServer: number): string => {
    const rest = admission - onServer - pingP50;
    const shown = [admission, pingP50, onServer, rest].map((value) => value.toFixed(0));
    return `| ${what} | ${shown.join(' | ')} |`;
  };
  return `Through Redis on the loopback, in microseconds until an admission is answered (median). It cannot take
less than a PING by the same client, which is the way there and back; the script's own time is the
server's word (\`commandstats\`, mean); what is left goes to the client's writing and reading of a
longer command, and to the estimate. Settling waits for nobody.

| budgets | admission | PING | script | rest |
| --- | --- | --- | --- | --- |
${row('one hard budget', admissionP50.one, script.one)}
${row('three hard budgets', admissionP50.three, script.three)}`;
}
