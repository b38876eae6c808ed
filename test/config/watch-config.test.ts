import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig, watchConfig } from '../../processor/governance/config/index.ts';
import type { ConfigWatcher, LoadedConfig } from '../../processor/governance/config/index.ts';

let folder: string;
let watcher: ConfigWatcher | undefined;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'costspan-watch-')));
});
afterEach(() => {
  watcher?.close();
  watcher = undefined;
  rmSync(folder, { recursive: true });
});

const team = (name: string) => `attribution: { defaults: { team: ${name} } }\n`;
const teamOf = ({ config }: LoadedConfig) => config.attribution.defaults.team;

/** A watch whose events and quiet period the test decides. */
function watchByHand(first: string) {
  const file = join(folder, 'costspan.yaml');
  writeFileSync(file, first);
  const watched = new Map<string, () => void>();
  let pending: (() => void) | undefined;
  const onChange = vi.fn<(next: LoadedConfig) => void>();
  const loaded = loadConfig({ cwd: folder, env: {} });
  watcher = watchConfig(loaded, onChange, {
    env: {},
    watch: (path, onEvent) => {
      watched.set(path, onEvent);
      return () => watched.delete(path);
    },
    schedule: (task) => {
      pending = task;
      return () => {
        pending = undefined;
      };
    },
  });
  const settle = () => {
    const task = pending;
    pending = undefined;
    task?.();
  };
  return {
    file,
    loaded,
    watched,
    onChange,
    isPending: () => pending !== undefined,
    settle,
    edit(content: string, path = file) {
      writeFileSync(path, content);
      watched.get(path)?.();
      settle();
    },
  };
}

/** Resolves with the next change that `change` brings about. */
function nextChange(file: string, change: () => void): Promise<LoadedConfig> {
  return new Promise((resolve) => {
    watcher = watchConfig(loadConfig({ env: { COSTSPAN_CONFIG: file } }), resolve, { env: {} });
    change();
  });
}

describe('with an event at hand', () => {
  test('an edit arrives once, however many events tell of it', () => {
    const { file, watched, onChange, settle } = watchByHand(team('a'));
    writeFileSync(file, team('b'));
    watched.get(file)?.();
    watched.get(file)?.();
    settle();
    settle();
    expect(onChange.mock.calls.map(([next]) => teamOf(next))).toEqual(['b']);
  });

  test('an event without a change is nothing', () => {
    const { edit, onChange } = watchByHand(team('a'));
    edit(team('a'));
    expect(onChange).not.toHaveBeenCalled();
  });

  test('a bad edit keeps the configuration and says so; the next good one is taken', () => {
    const { edit, file, onChange } = watchByHand(team('a'));
    edit(team('b'));
    const good = onChange.mock.calls[0]?.[0].config;
    edit('attribution: { defaults: { team: 7 } }\n');
    const bad = onChange.mock.calls[1]?.[0];
    expect(bad?.config).toBe(good);
    expect(bad?.problems.map(({ message }) => message)).toEqual([
      `${file}:1: attribution.defaults.team must be text, but is 7: put it in quotes.`,
      `${file} is not used as it is now: the previous configuration holds.`,
    ]);
    edit(team('c'));
    expect(onChange.mock.calls[2]?.[0]).toMatchObject({ problems: [] });
    expect(onChange.mock.calls.map(([next]) => teamOf(next))).toEqual(['b', 'b', 'c']);
  });

  test('an emptied file, as an interrupted write leaves it, changes nothing', () => {
    const { edit, loaded, onChange } = watchByHand(team('a'));
    edit('');
    expect(onChange.mock.calls[0]?.[0].config).toBe(loaded.config);
    expect(onChange.mock.calls[0]?.[0].problems[0]?.message).toContain('is empty');
  });

  test('a removed file changes nothing, and its return is seen', () => {
    const { edit, file, loaded, onChange, settle, watched } = watchByHand(team('a'));
    rmSync(file);
    watched.get(file)?.();
    settle();
    expect(onChange.mock.calls[0]?.[0].config).toBe(loaded.config);
    expect(onChange.mock.calls[0]?.[0].problems[0]?.message).toBe(`${file} does not exist.`);
    edit(team('b'));
    expect(teamOf(onChange.mock.calls[1]![0])).toBe('b');
  });

  test('a file that was bad at the start is taken once it is mended', () => {
    const { edit, loaded, onChange } = watchByHand('attribution: 1\n');
    expect(teamOf(loaded)).toBeUndefined();
    edit(team('a'));
    expect(teamOf(onChange.mock.calls[0]![0])).toBe('a');
  });

  test('the price overlay is watched too, and a new one in place of the old', () => {
    const [one, two] = [join(folder, 'one.yaml'), join(folder, 'two.yaml')];
    writeFileSync(one, 'version: 1');
    writeFileSync(two, 'version: 1');
    const { edit, watched, onChange } = watchByHand('pricing: { overlay: one.yaml }\n');
    edit('version: 1 # changed', one);
    expect(onChange).toHaveBeenCalledTimes(1);
    edit('pricing: { overlay: two.yaml }\n');
    expect([...watched.keys()]).toEqual([join(folder, 'costspan.yaml'), two]);
    edit('version: 1 # changed', two);
    expect(onChange).toHaveBeenCalledTimes(3);
  });

  test('the environment still wins after an edit', () => {
    const file = join(folder, 'costspan.yaml');
    writeFileSync(file, 'store: memory\n');
    const env = { COSTSPAN_STORE: 'redis://cache' };
    let event: (() => void) | undefined;
    const seen: string[] = [];
    watcher = watchConfig(
      loadConfig({ cwd: folder, env }),
      ({ config }) => seen.push(config.store),
      {
        cwd: folder,
        env,
        watch: (_path, onEvent) => {
          event = onEvent;
          return () => undefined;
        },
        schedule: (task) => {
          task();
          return () => undefined;
        },
      },
    );
    writeFileSync(file, 'store: sqlite:x.db\n');
    event?.();
    expect(seen).toEqual(['redis://cache']);
  });

  test('a throwing listener does not end the watch', () => {
    const { edit, onChange } = watchByHand(team('a'));
    onChange.mockImplementation(() => {
      throw new Error('listener');
    });
    edit(team('b'));
    edit(team('c'));
    expect(onChange).toHaveBeenCalledTimes(2);
  });

  test('after close nothing is watched, pending or called', () => {
    const { file, watched, onChange, isPending } = watchByHand(team('a'));
    writeFileSync(file, team('b'));
    const event = watched.get(file);
    event?.();
    watcher?.close();
    event?.();
    expect([watched.size, isPending(), onChange.mock.calls.length]).toEqual([0, false, 0]);
  });
});

describe('on a real file system', () => {
  test('a write in place', async () => {
    const file = join(folder, 'costspan.yaml');
    writeFileSync(file, team('a'));
    expect(teamOf(await nextChange(file, () => writeFileSync(file, team('b'))))).toBe('b');
  });

  test('a replacement by rename, as editors do, twice', async () => {
    const file = join(folder, 'costspan.yaml');
    const replace = (name: string) => {
      writeFileSync(`${file}.new`, team(name));
      renameSync(`${file}.new`, file);
    };
    replace('a');
    const seen: (string | undefined)[] = [];
    await new Promise<void>((resolve) => {
      watcher = watchConfig(
        loadConfig({ env: { COSTSPAN_CONFIG: file } }),
        (next) => {
          seen.push(teamOf(next));
          if (seen.length === 1) replace('c');
          else resolve();
        },
        { env: {} },
      );
      replace('b');
    });
    expect(seen).toEqual(['b', 'c']);
  });

  test('the swap of ..data, as Kubernetes does with a ConfigMap', async () => {
    const publish = (version: string) => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'costspan.yaml'), team(version.slice(2)));
      symlinkSync(version, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    publish('..one');
    const file = join(folder, 'costspan.yaml');
    symlinkSync(join('..data', 'costspan.yaml'), file);
    const next = await nextChange(file, () => {
      publish('..two');
      rmSync(join(folder, '..one'), { recursive: true });
    });
    expect(teamOf(next)).toBe('two');
  });

  test('the file behind a link elsewhere', async () => {
    mkdirSync(join(folder, 'shared'));
    const real = join(folder, 'shared/real.yaml');
    writeFileSync(real, team('a'));
    const file = join(folder, 'costspan.yaml');
    symlinkSync(real, file);
    expect(teamOf(await nextChange(file, () => writeFileSync(real, team('b'))))).toBe('b');
  });

  test('a watch holds no process open', () => {
    writeFileSync(join(folder, 'costspan.yaml'), team('a'));
    const source = `
      import { loadConfig, watchConfig } from '${new URL('../../processor/governance/config/index.ts', import.meta.url).href}';
      import { writeFileSync } from 'node:fs';
      watchConfig(loadConfig({ cwd: '${folder}', env: {} }), () => {});
      writeFileSync('${folder}/costspan.yaml', 'store: memory');`;
    // Ends only when the child does; a watch that held it open would run into the test's limit.
    execFileSync(process.execPath, ['--input-type=module', '-e', source], { timeout: 20_000 });
  });
});

test('without a file there is nothing to watch', () => {
  const onChange = vi.fn<() => void>();
  const watch = vi.fn<() => () => void>();
  watchConfig(loadConfig({ cwd: folder, env: {} }), onChange, { watch }).close();
  expect(watch).not.toHaveBeenCalled();
});
