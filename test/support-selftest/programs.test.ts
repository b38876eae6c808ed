import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { builtProgramsFolder } from '../support/built-programs.ts';
import { findProgram, requireProgram } from '../support/programs.ts';
import { tempApp } from '../support/temp-app.ts';

function program(folder: string, name: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

describe('requireProgram', () => {
  it('finds a program on PATH by any of its names, if it can be run', () => {
    using app = tempApp({ 'a/x': '', 'b/x': '' });
    const [a, b] = [join(app.path, 'a'), join(app.path, 'b')];
    const env = { PATH: `${a}::${b}`, XDG_CACHE_HOME: app.path };
    program(a, 'alertmanager', 0o644);
    expect(findProgram('alertmanager', env)).toBeUndefined();
    const path = program(b, 'alertmanager');
    expect(requireProgram('alertmanager', env)).toBe(path);
  });

  it('prefers what was built for the tests', () => {
    const env = { PATH: '/nowhere', XDG_CACHE_HOME: '/cache' };
    expect(builtProgramsFolder(env)).toBe('/cache/costspan/programs');
    using app = tempApp({ 'costspan/programs/x': '', 'bin/x': '' });
    program(join(app.path, 'bin'), 'collector');
    const built = program(join(app.path, 'costspan/programs'), 'costspan-otelcol');
    expect(
      requireProgram('collector', { PATH: join(app.path, 'bin'), XDG_CACHE_HOME: app.path }),
    ).toBe(built);
  });

  it('fails where programs are required, and says so once where they are not', () => {
    const env = { PATH: '', XDG_CACHE_HOME: '/nowhere', COSTSPAN_REQUIRE_PROGRAMS: '1' };
    expect(() => requireProgram('redis-server', env)).toThrow(
      'redis-server is not on this machine (apt-get install redis-server)',
    );
    // Without Go nothing can be built.
    expect(requireProgram('prometheus3', env, () => undefined)).toBeUndefined();
    using app = tempApp({ 'bin/x': '' });
    program(join(app.path, 'bin'), 'go');
    expect(() => requireProgram('prometheus3', { ...env, PATH: join(app.path, 'bin') })).toThrow(
      'prometheus3 is not on this machine (with Go: npm run programs)',
    );
    const lines: string[] = [];
    const optional = { ...env, COSTSPAN_REQUIRE_PROGRAMS: '' };
    expect(requireProgram('collector', optional, (line) => lines.push(line))).toBeUndefined();
    expect(requireProgram('collector', optional, (line) => lines.push(line))).toBeUndefined();
    expect(lines).toEqual([
      'skipped: collector is not on this machine (with Go: npm run programs)\n',
    ]);
  });
});
