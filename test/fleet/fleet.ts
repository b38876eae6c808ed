import { type ChildResult, startChild } from '../support/run-child.ts';
import { type End, type PlannedCall, WORKER, type WorkerPlan } from './worker.ts';

/** At once, beside the servers: what two cores carry. */
const AT_ONCE = 3;

/** A process to come: what it does, how often it exports, and the signal that ends it. */
export interface PlannedProcess {
  readonly name: string;
  readonly plan: WorkerPlan;
  /** Default: the SDK's own, a minute, which a short process never sees. */
  readonly exportIntervalMillis?: number;
  readonly signal?: NodeJS.Signals;
}

function calls(team: string, workflow: string, count: number): PlannedCall[] {
  return Array.from({ length: count }, (_, index) => ({
    team,
    workflow,
    ...(index % 4 === 3 ? { sdk: 'anthropic' as const } : {}),
  }));
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Jobs that are over long before the first minute is. */
function jobs(): PlannedProcess[] {
  return times(6, (index) => ({
    name: `job ${index}`,
    plan: { calls: calls('cron', 'nightly', 10), end: 'natural' },
  }));
}

/** Many workflows of few calls each, over pods that are replaced twice. */
function longTail(): PlannedProcess[] {
  return times(9, (pod) => ({
    name: `pod ${pod}`,
    plan: {
      calls: times(10, (index) =>
        calls('tail', `workflow-${(pod * 7 + index * 5) % 20}`, 1),
      ).flat(),
      pauseMillis: 100,
      end: 'stay',
    },
    exportIntervalMillis: 400,
    signal: 'SIGTERM',
  }));
}

/** Functions that live for sixteen calls and flush after each. */
function functions(): PlannedProcess[] {
  return times(3, (index) => ({
    name: `function ${index}`,
    plan: { calls: calls('functions', 'on-request', 16), flush: 'each', end: 'stay' },
    // Whoever runs functions freezes and kills them.
    signal: 'SIGKILL',
  }));
}

/** One process for each way to end. */
function ends(): PlannedProcess[] {
  const itself = ['exit', 'throw', 'reject'] as const;
  const bySignal = ['stay', 'exit-on-signal', 'raise'] as const;
  return [
    ...itself.map((end) => ({ name: end, plan: endingBy(end) })),
    ...bySignal.map((end) => ({ name: end, plan: endingBy(end), signal: 'SIGTERM' as const })),
  ];
}

function endingBy(end: End): WorkerPlan {
  return { calls: calls(`end-${end}`, 'any', 6), end };
}

/** Killed outright after its last export: what it had not sent nobody can. */
function killed(): PlannedProcess {
  const unsent = calls('killed', 'any', 2).map((call) => ({ ...call, customer: UNSENT }));
  return {
    name: 'killed',
    plan: { calls: [...calls('killed', 'any', 6), ...unsent], flush: 6, end: 'stay' },
    signal: 'SIGKILL',
  };
}

/** The customer of calls that are lost with their process. */
export const UNSENT = 'unsent';

/** Lives as long as the fleet. */
const LONG_LIVED: PlannedProcess = {
  name: 'long-lived',
  plan: { calls: calls('steady', 'chat', 8), pauseMillis: 150, isEndless: true, end: 'natural' },
  exportIntervalMillis: 500,
};

export const FLEET: readonly PlannedProcess[] = [
  ...jobs(),
  ...longTail(),
  ...functions(),
  ...ends(),
  killed(),
];

/** Those whose series live for moments. */
export const SHORT_LIVED: readonly PlannedProcess[] = [...jobs(), ...longTail(), ...functions()];

/** Where the processes send their calls and their telemetry. */
export type FleetEnvironment = Readonly<Record<string, string>>;

/** Runs all of them, a few at once, while the long-lived one works. */
export async function runFleet(
  processes: readonly PlannedProcess[],
  env: FleetEnvironment,
): Promise<void> {
  const steady = start(LONG_LIVED, env);
  const waiting = [...processes];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await runProcess(next, env);
    }
  };
  try {
    await Promise.all(times(AT_ONCE, lane));
  } finally {
    steady.process.kill('SIGTERM');
  }
  judge(LONG_LIVED, await steady.done);
}

async function runProcess(planned: PlannedProcess, env: FleetEnvironment): Promise<void> {
  const child = start(planned, env);
  if (planned.signal !== undefined) {
    await child.printed(/^done$/m);
    child.process.kill(planned.signal);
  }
  judge(planned, await child.done);
}

function start({ plan, exportIntervalMillis }: PlannedProcess, env: FleetEnvironment) {
  return startChild(WORKER, {
    env: {
      ...env,
      PLAN: JSON.stringify(plan),
      ...(exportIntervalMillis === undefined
        ? {}
        : { OTEL_METRIC_EXPORT_INTERVAL: String(exportIntervalMillis) }),
    },
    signal: AbortSignal.timeout(500_000),
  });
}

/** A process that ends otherwise than planned would make a bill that nobody meant. */
function judge({ name, plan, signal }: PlannedProcess, result: ChildResult): void {
  const failed = plan.end === 'throw' || plan.end === 'reject';
  const isByHandler = signal === undefined || plan.end === 'exit-on-signal';
  const isAsPlanned = isByHandler ? result.code === (failed ? 1 : 0) : result.signal === signal;
  if (!isAsPlanned || !/^done$/m.test(result.stdout)) {
    throw new Error(
      `The process "${name}" ended by ${result.signal ?? result.code}:\n${result.stdout}\n${result.stderr}`,
    );
  }
}
