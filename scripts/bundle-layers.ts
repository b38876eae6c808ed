import type { CodeSplittingGroup, Plugin } from 'rolldown';

/** Modules by their path without an ending; those of SDKs are loaded only where their SDK is. */
export interface LayerOptions {
  readonly sdks: readonly string[];
  readonly moduleOf: (file: string) => string;
}

export interface Layers {
  readonly plugin: Plugin;
  readonly group: CodeSplittingGroup;
}

const REGISTER = 'instrumentation/register';
/** What watches calls, with OpenTelemetry of ours or with the application's. */
const STARTS = ['instrumentation/register/start', 'instrumentation/register/join'];

/**
 * Which modules share a file. A layer is what its users load in any case and no layer before it
 * holds, so files import each other in one direction only. What is in no layer is left to the
 * bundler, which makes a file for each set of users.
 */
export function layersOf({ sdks, moduleOf }: LayerOptions): Layers {
  const imports = new Map<string, readonly string[]>();
  let layers: ReadonlyMap<string, string> | undefined;

  /** `roots` and all that they import, but for what is loaded by its path. */
  function reach(...roots: readonly string[]): Set<string> {
    const reached = new Set(roots);
    for (const module of reached) for (const each of imports.get(module) ?? []) reached.add(each);
    return reached;
  }

  function layOut(): ReadonlyMap<string, string> {
    const names = reach('conventions/index');
    const engine = reach('processor/engine/index');
    const register = reach(REGISTER);
    const watched = sdks.map((sdk) => reach(sdk));
    const users = (module: string): number => watched.filter((each) => each.has(module)).length;

    const byModule = new Map<string, string>();
    const lay = (layer: string, modules: Iterable<string>): void => {
      for (const module of modules) if (!byModule.has(module)) byModule.set(module, layer);
    };
    // What needs no Node, so that the engine may use it, of what every process loads.
    lay('shared', new Set([...names, ...engine].filter((module) => register.has(module))));
    lay('register', register);
    lay('names', names);
    lay('engine', engine);
    lay('process', reach(...STARTS));
    lay('watch', new Set(watched.flatMap((each) => [...each].filter((one) => users(one) > 1))));
    // They are files of their own already.
    for (const entry of [REGISTER, ...STARTS]) byModule.delete(entry);
    return byModule;
  }

  return {
    plugin: {
      name: 'layers',
      buildEnd() {
        for (const id of this.getModuleIds()) {
          imports.set(moduleOf(id), (this.getModuleInfo(id)?.importedIds ?? []).map(moduleOf));
        }
      },
    },
    group: {
      debugName: 'layers',
      name: (id) => (layers ??= layOut()).get(moduleOf(id)) ?? null,
    },
  };
}
