import { realpathSync, unwatchFile, watch, watchFile } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { LoadedConfig } from './config.ts';
import { readTextFile } from './find-config.ts';
import { aboutFile, loadConfig } from './load-config.ts';
import type { LoadConfigOptions } from './load-config.ts';

/** Reports that something may have changed; returns a function that stops. Tests bring their own. */
export type Watch = (file: string, onEvent: () => void) => () => void;
/** Runs `task` once, later; returns a function that calls it off. Tests bring their own. */
export type Schedule = (task: () => void) => () => void;

export interface WatchConfigOptions extends LoadConfigOptions {
  readonly watch?: Watch | undefined;
  readonly schedule?: Schedule | undefined;
}

export interface ConfigWatcher {
  close(): void;
}

/** Editors and copies write in several steps; the file is read when they have been quiet so long. */
const QUIET_MS = 100;

/** How often a file is looked at where the system offers no change events. */
const FALLBACK_POLL_MS = 2000;

/**
 * Calls `onChange` when the configuration file, or the price overlay it names, has changed.
 *
 * A bad edit, an emptied or a removed file keeps the configuration that was in force: `onChange`
 * gets that same `config` object with the problems. Holds no process open. Never throws, and
 * neither does a throwing `onChange`. Without a file there is nothing to watch.
 */
export function watchConfig(
  loaded: LoadedConfig,
  onChange: (next: LoadedConfig) => void,
  options: WatchConfigOptions = {},
): ConfigWatcher {
  const { file } = loaded;
  if (file === undefined) return { close: () => undefined };
  const startWatch = options.watch ?? watchFileSystem;
  const schedule = options.schedule ?? whenQuiet;

  let current = loaded;
  let contents = readContents(current);
  let closed = false;
  let cancelRead: (() => void) | undefined;
  let stops: (() => void)[] = [];

  const onEvent = () => {
    if (closed) return;
    cancelRead?.();
    cancelRead = schedule(reread);
  };
  const rewatch = () => {
    for (const stop of stops) stop();
    stops = watchedFiles(current).map((path) => startWatch(path, onEvent));
  };
  const reread = () => {
    cancelRead = undefined;
    if (closed) return;
    // A replaced directory or link needs a new watch even when the content is the same.
    rewatch();
    const before = contents;
    contents = readContents(current);
    if (contents.every((text, index) => text === before[index])) return;
    const next = reload(current, file, contents[0], options);
    const overlayMoved = next.config.pricing.overlay !== current.config.pricing.overlay;
    current = next;
    if (overlayMoved) {
      rewatch();
      contents = readContents(current);
    }
    try {
      onChange(next);
    } catch {
      // The caller's own failure must not end the watch.
    }
  };

  rewatch();
  return {
    close() {
      closed = true;
      cancelRead?.();
      for (const stop of stops) stop();
      stops = [];
    },
  };
}

function reload(
  current: LoadedConfig,
  file: string,
  text: string | undefined,
  options: LoadConfigOptions,
): LoadedConfig {
  const keep = (problems: LoadedConfig['problems']): LoadedConfig => ({
    config: current.config,
    file,
    problems: [
      ...problems,
      aboutFile(file, 'warning', 'is not used as it is now: the previous configuration holds'),
    ],
  });
  // An empty file is what an interrupted write leaves; at the start it would mean the defaults.
  if (text === '') {
    return keep([aboutFile(file, 'error', 'is empty: write {} to return to the defaults')]);
  }
  const next = loadConfig({
    ...options,
    env: { ...(options.env ?? process.env), COSTSPAN_CONFIG: file },
  });
  const errors = next.problems.filter(({ severity }) => severity === 'error');
  return errors.length === 0 ? next : keep(errors);
}

function watchedFiles({ file, config }: LoadedConfig): string[] {
  return [file, config.pricing.overlay].filter((path) => path !== undefined);
}

/** The overlay may be larger than the configuration: it is compared, not parsed. */
function readContents(loaded: LoadedConfig): (string | undefined)[] {
  return watchedFiles(loaded).map((path, index) => {
    const read = readTextFile(path, index === 0 ? undefined : 16 * 1024 * 1024);
    return 'text' in read ? read.text : undefined;
  });
}

function whenQuiet(task: () => void): () => void {
  const timer = setTimeout(task, QUIET_MS);
  timer.unref();
  return () => clearTimeout(timer);
}

/**
 * Watches the directories of the path and of the file behind it rather than the file, so that
 * replacing it by a rename is seen, and so is Kubernetes, which swaps the link `..data` beside it.
 */
function watchFileSystem(file: string, onEvent: () => void): () => void {
  const paths = new Set([file, realPath(file)]);
  const stops: (() => void)[] = [];
  try {
    for (const path of paths) {
      const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(path) || name === '..data') onEvent();
      });
      watcher.on('error', () => {
        watcher.close();
        onEvent();
      });
      stops.push(() => watcher.close());
    }
  } catch {
    // No more watches on this machine, or a file system without events.
    for (const stop of stops) stop();
    const listener = () => onEvent();
    watchFile(file, { persistent: false, interval: FALLBACK_POLL_MS }, listener);
    return () => unwatchFile(file, listener);
  }
  return () => {
    for (const stop of stops) stop();
  };
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
