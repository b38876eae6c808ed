/**
 * `npm run programs`: builds, with Go, the programs that tests need and Debian lacks, into a folder
 * outside of the repository, where the next run finds them: Prometheus 3, and the OpenTelemetry
 * Collector of grafana/collector/manifest.yaml by the official builder.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { builtProgramsFolder } from '../test/support/built-programs.ts';

const PROMETHEUS = 'github.com/prometheus/prometheus/cmd';
const PROMETHEUS_VERSION = 'v0.316.0';
const BUILDER = 'go.opentelemetry.io/collector/cmd/builder@v0.159.0';
const MANIFEST = fileURLToPath(new URL('../grafana/collector/manifest.yaml', import.meta.url));

const folder = builtProgramsFolder();

/** Runs Go below everything else on the machine. Throws a sentence when it fails. */
function go(args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync('nice', ['-n', '10', 'go', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error !== undefined || status !== 0) {
    throw new Error(
      `go ${args.join(' ')} failed: is Go 1.26 or newer installed, and the network there?`,
    );
  }
}

/** Builds a program unless what stands there was built from the same. */
function build(name: string, from: string, make: (to: string) => void): void {
  const path = join(folder, name);
  const note = `${path}.from`;
  if (existsSync(path) && existsSync(note) && readFileSync(note, 'utf8') === from) {
    console.log(`${path} is up to date.`);
    return;
  }
  const started = Date.now();
  const temporary = join(folder, `${name}.build`);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  make(temporary);
  renameSync(join(temporary, 'built'), path);
  writeFileSync(note, from);
  rmSync(temporary, { recursive: true });
  console.log(`${path} built in ${Math.round((Date.now() - started) / 1000)} s.`);
}

for (const name of ['prometheus', 'promtool']) {
  const module = `${PROMETHEUS}/${name}@${PROMETHEUS_VERSION}`;
  build(`${name}3`, module, (to) => {
    // Without the clouds that it can discover targets in, and without its web pages.
    go(['install', '-tags', 'remove_all_sd,netgo', module], { GOBIN: to });
    renameSync(join(to, name), join(to, 'built'));
  });
}

const manifest = readFileSync(MANIFEST, 'utf8');
const hash = createHash('sha256').update(manifest).digest('hex');
build('costspan-otelcol', `${BUILDER} ${hash}`, (to) => {
  const local = join(to, 'manifest.yaml');
  writeFileSync(local, manifest.replace('output_path: ./build', `output_path: ${join(to, 'src')}`));
  go(['run', BUILDER, `--config=${local}`]);
  renameSync(join(to, 'src', 'costspan-otelcol'), join(to, 'built'));
});
