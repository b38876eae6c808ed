/**
 * `npm run stack`: starts Grafana with everything of ours in a container, sends the demo to it and
 * says which page to open. The demo is repeated, because rates need time, until Ctrl-C or for
 * `--runs <n>`. Without Docker it says what to do.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const compose = ['compose', '-p', 'costspan', '-f', 'grafana/compose.yaml'];
const { values } = parseArgs({ options: { runs: { type: 'string' } } });
const runs = values.runs === undefined ? Number.POSITIVE_INFINITY : Number(values.runs);

/** Whether the command ran well; its output goes nowhere. */
function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Runs the command in the root of the repository, with its output, and returns its exit code. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

function main(): number {
  if (!works('docker', ['info']) || !works('docker', ['compose', 'version'])) {
    console.error(
      'npm run stack needs a running Docker with compose: start it, or import grafana/generated/otlp/dashboards into a Grafana of yours and load grafana/generated/otlp/rules in its Prometheus.',
    );
    return 1;
  }
  const built = run('npm', ['run', 'build']);
  if (built !== 0) return built;
  const started = run('docker', [...compose, 'up', '-d', '--wait']);
  if (started !== 0) return started;
  console.log('\nGrafana: http://localhost:3000/d/costspan-overview');
  console.log(`To stop it: docker ${compose.join(' ')} down (-v deletes its data)\n`);
  for (let count = 0; count < runs; count += 1) {
    const ended = run(process.execPath, ['examples/demo/main.ts'], {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
    });
    if (ended !== 0) return ended;
    console.log('\nGrafana: http://localhost:3000/d/costspan-overview\n');
  }
  return 0;
}

process.exitCode = main();
