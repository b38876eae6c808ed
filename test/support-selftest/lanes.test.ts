import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot, tempApp } from '../support/temp-app.ts';

interface Listed {
  readonly file: string;
}

/** The test files that `npm run <script>` runs. */
function filesOf(script: 'test' | 'test:slow' | 'test:all'): string[] {
  const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const [, options = ''] = /^vitest run( .*)?$/.exec(scripts[script] ?? '') ?? [];
  const args = ['list', '--filesOnly', '--json', ...options.split(' ').filter(Boolean)];
  const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
  const output = execFileSync(process.execPath, [vitest, ...args], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  });
  const listed = JSON.parse(output) as readonly Listed[];
  return listed.map(({ file }) => relative(repositoryRoot, file)).sort();
}

const FAST = filesOf('test');
const SLOW = filesOf('test:slow');

/** Programs that a test or what it imports of the tests' own code asks for. */
function programsOf(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(join(repositoryRoot, file), 'utf8');
  const imported = [...text.matchAll(/from '(\.{1,2}\/[^']+\.ts)'/g)]
    .map(([, path = '']) => join(dirname(file), path))
    .filter((path) => path.startsWith('test/') && existsSync(join(repositoryRoot, path)));
  const asked = [
    ...text.matchAll(/requireProgram\(('[\w-]+')\)/g),
    ...text.matchAll(/describeWithPrograms\(\s*[^[]*\[([^\]]*)\]/g),
  ].flatMap(([, names = '']) => [...names.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name));
  return [...asked, ...imported.flatMap((path) => programsOf(path, seen))];
}

describe('npm test and npm run test:slow', () => {
  it('are together every test file, each in one of them', () => {
    const all = globSync('**/*.{test,spec}.{ts,mts,cts,js,mjs,cjs,tsx}', {
      cwd: repositoryRoot,
      exclude: ['**/node_modules/**', 'dist/**'],
    }).sort();
    expect([...FAST, ...SLOW].sort()).toEqual(all);
    expect(filesOf('test:all')).toEqual(all);
  });

  it('leave to the second what needs a program other than Redis', () => {
    const wrong = FAST.filter((file) => programsOf(file).some((name) => name !== 'redis-server'));
    expect(wrong, 'call these *.slow.test.ts').toEqual([]);
    expect(SLOW.filter((file) => programsOf(file).includes('prometheus'))).not.toEqual([]);
  });
});

/** Runs .ci/run with an `npm` that only notes what it is asked for, and finds every program. */
function runContinuousIntegration(slowLane: string): {
  asked: string[];
  last: string | undefined;
  code: unknown;
} {
  const nothing = '#!/bin/sh\nexit 0\n';
  using app = tempApp({
    'bin/npm': `#!/bin/sh
echo "$*" >> "$ASKED"
case "$*" in
  test) echo '12 passed, 0 failed, 1 skipped'; echo; echo '40 passed, 0 failed, 2 skipped' ;;
  'run test:slow') ${slowLane} ;;
esac
`,
    asked: '',
    ...Object.fromEntries(
      ['prometheus', 'promtool', 'prometheus-alertmanager', 'redis-server']
        .concat(['victoria-metrics', 'docker-compose', 'go'])
        .map((name) => [`bin/${name}`, nothing]),
    ),
  });
  for (const name of globSync('bin/*', { cwd: app.path })) chmodSync(join(app.path, name), 0o755);
  const asked = join(app.path, 'asked');
  const { stdout, status } = spawnSync(join(repositoryRoot, '.ci/run'), {
    encoding: 'utf8',
    env: { PATH: `${join(app.path, 'bin')}:/usr/bin:/bin`, ASKED: asked },
  });
  return {
    asked: readFileSync(asked, 'utf8').trim().split('\n'),
    last: stdout.trimEnd().split('\n').at(-1),
    code: status,
  };
}

describe('.ci/run', () => {
  const INSTALL = ['run neighbours', 'run hosts', 'run programs'];

  it('installs once, runs each lane once, and ends with the sum of both', () => {
    expect(runContinuousIntegration("echo '5 passed, 0 failed'")).toEqual({
      asked: ['ci', 'test', ...INSTALL, 'run test:slow', 'run check', 'run test:package'],
      last: '45 passed, 0 failed, 2 skipped',
      code: 0,
    });
  });

  it('fails when a lane fails, and still ends with the sum', () => {
    expect(runContinuousIntegration("echo '5 passed, 3 failed'; exit 1")).toEqual({
      asked: ['ci', 'test', ...INSTALL, 'run test:slow'],
      last: '45 passed, 3 failed, 2 skipped',
      code: 1,
    });
  });
});
