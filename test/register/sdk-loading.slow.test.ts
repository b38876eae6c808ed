import { describe, expect, it } from 'vitest';
import type { ChildOptions } from '../support/run-child.ts';
import { repositoryRoot } from '../support/run-child.ts';
import { loadSdkFolder } from '../../instrumentation/register/load-own.ts';
import { sdkFolders } from '../../instrumentation/generated/sdk-names.ts';
import { sdks } from '../../instrumentation/generated/sdks.ts';
import type { SelfCheck } from '../../instrumentation/register/self-check.ts';
import { CALL, CALL_LATER, callSpans, PRINT_CHECK, startServers } from './harness.ts';

const tsx = ['--import', `file://${repositoryRoot}node_modules/tsx/dist/loader.mjs`];

/** How an application can come by costspan and an SDK; each makes one call. */
const ways: Record<string, readonly [source: string, options?: ChildOptions]> = {
  'as the first import, the SDK imported by the same file': [
    `import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`,
  ],
  'as the first import, with the call made by a module beside it': [
    `import 'costspan/register'; import './service.mjs';`,
    { files: { 'service.mjs': `import OpenAI from 'openai'; ${CALL_LATER}` } },
  ],
  'after the SDK': [`import OpenAI from 'openai'; import 'costspan/register'; ${CALL}`],
  'with --import': [
    `import OpenAI from 'openai'; ${CALL}`,
    { execArgv: ['--import', 'costspan/register'] },
  ],
  'with the SDK imported later': [
    `import 'costspan/register'; const { default: OpenAI } = await import('openai'); ${CALL}`,
  ],
  'by require, the SDK afterwards': [
    `require('costspan/register'); const OpenAI = require('openai'); ${CALL_LATER}`,
    { type: 'commonjs' },
  ],
  'by require, the SDK before': [
    `const OpenAI = require('openai'); require('costspan/register'); ${CALL_LATER}`,
    { type: 'commonjs' },
  ],
  'with --require': [
    `const OpenAI = require('openai'); ${CALL_LATER}`,
    { type: 'commonjs', execArgv: ['--require', 'costspan/register'] },
  ],
  'as an import, the SDK required': [
    `import 'costspan/register'; import { createRequire } from 'node:module';
     const OpenAI = createRequire(import.meta.url)('openai'); ${CALL}`,
  ],
  'by require, the SDK imported': [
    `require('costspan/register'); import('openai').then(async ({ default: OpenAI }) => { ${CALL} });`,
    { type: 'commonjs' },
  ],
  'from a graph of ES modules that CommonJS required': [
    `require('./app.mjs');`,
    {
      type: 'commonjs',
      files: {
        'app.mjs': `import 'costspan/register'; import OpenAI from 'openai'; ${CALL_LATER}`,
      },
    },
  ],
  'under tsx, as ES modules': [
    `import 'costspan/register'; import OpenAI from 'openai'; const model: string = 'x'; ${CALL}`,
    { entry: 'main.mts', execArgv: tsx },
  ],
  'under tsx, as CommonJS': [
    `import 'costspan/register'; import OpenAI from 'openai'; const model: string = 'x'; ${CALL_LATER}`,
    { entry: 'main.cts', type: 'commonjs', execArgv: tsx },
  ],
  'with an older major under another name': [
    `import 'costspan/register'; import OpenAI from 'openai4'; ${CALL}`,
    {
      files: {
        'package.json': `{"type":"module","dependencies":{"openai4":"npm:openai@^4.0.0"}}`,
      },
    },
  ],
};

describe('costspan/register', () => {
  const servers = startServers();

  it.each(Object.entries(ways))('watches an SDK: %s', async (_name, [source, options]) => {
    const result = await servers.run(source, options);
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toMatch(/^costspan: watching openai \d[^\n]*\n$/);
    expect(callSpans(servers.sink)).toEqual(['costspan chat gpt-4o']);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('watches the ES module and the CommonJS copy of one SDK', async () => {
    const { stdout } = await servers.run(
      `import 'costspan/register'; import OpenAI from 'openai';
       import { createRequire } from 'node:module';
       const Other = createRequire(import.meta.url)('openai');
       ${CALL} ${CALL.replace('OpenAI', 'Other')} ${PRINT_CHECK}`,
    );
    const { sdks: found } = JSON.parse(stdout) as SelfCheck;
    expect(found.map(({ format }) => format).toSorted()).toEqual(['commonjs', 'esm']);
    expect(callSpans(servers.sink)).toHaveLength(2);
  });

  it('reports a copy nested in a dependency, loaded before', async () => {
    const nested = 'node_modules/agent-kit/node_modules/openai';
    const { stdout } = await servers.run(
      `import 'costspan/register'; import 'agent-kit'; ${PRINT_CHECK}`,
      {
        files: {
          'package.json': `{"type":"module","dependencies":{"agent-kit":"1"}}`,
          'node_modules/agent-kit/package.json': `{"name":"agent-kit","exports":"./index.js","type":"module","dependencies":{"openai":"1"}}`,
          'node_modules/agent-kit/index.js': `export { default } from 'openai';`,
          [`${nested}/package.json`]: `{"name":"openai","version":"9.9.9","exports":{"import":"./index.mjs"}}`,
          [`${nested}/index.mjs`]: `export default class OpenAI {}`,
        },
      },
    );
    const { sdks: found } = JSON.parse(stdout) as SelfCheck;
    expect(found).toMatchObject([{ packageName: 'openai', version: '9.9.9', format: 'esm' }]);
  });

  it('does not load an SDK that is installed and not used', async () => {
    const { stdout, stderr } = await servers.run(`import 'costspan/register'; ${PRINT_CHECK}`, {
      files: {
        'node_modules/openai/package.json': `{"name":"openai","version":"9.9.9","exports":"./index.js","type":"module"}`,
        'node_modules/openai/index.js': `console.log('loaded'); export default class {}`,
      },
    });
    expect(stdout).not.toContain('loaded');
    expect((JSON.parse(stdout) as SelfCheck).sdks).toEqual([]);
    expect(stderr).toContain('no SDK loaded yet');
  });

  it('loads an SDK later that it found not loaded at the start', async () => {
    await servers.run(
      `import 'costspan/register'; setImmediate(async () => {
         const { default: OpenAI } = await import('openai'); ${CALL} });`,
    );
    expect(callSpans(servers.sink)).toEqual(['costspan chat gpt-4o']);
  });

  it('leaves CommonJS that ES modules import to the loader of CommonJS', async () => {
    // What instruments `require` sees these requires only on that path.
    const { stdout } = await servers.run(
      `import Module from 'node:module';
       const { require: original } = Module.prototype;
       Module.prototype.require = function (id) {
         if (id.startsWith('./')) console.log('require', id);
         return original.call(this, id);
       };
       await import('costspan/register');
       await import('openai'); const { default: found } = await import('plain');
       console.log(found);`,
      {
        files: {
          'node_modules/plain/package.json': `{"name":"plain","main":"index.js"}`,
          'node_modules/plain/index.js': `module.exports = require('./inner.js');`,
          'node_modules/plain/inner.js': `module.exports = 'inner';`,
        },
      },
    );
    expect(stdout).toBe('require ./inner.js\ninner\n');
  });

  it('watches a CommonJS SDK that an ES module imports in the same file', async () => {
    const { stdout } = await servers.run(
      `import 'costspan/register'; import OpenAI from 'openai'; console.log(OpenAI.name); ${PRINT_CHECK}`,
      {
        files: {
          'node_modules/openai/package.json': `{"name":"openai","version":"9.9.9","main":"index.js"}`,
          'node_modules/openai/index.js': `module.exports = require('./inner.js');`,
          'node_modules/openai/inner.js': `module.exports = class OpenAI {};`,
        },
      },
    );
    const [name, check] = stdout.trim().split('\n');
    expect(name).toBe('OpenAI');
    expect((JSON.parse(check!) as SelfCheck).sdks).toMatchObject([
      {
        packageName: 'openai',
        format: 'commonjs',
        path: expect.stringMatching(/index\.js$/u) as string,
      },
    ]);
  });

  it("leaves the host's error in an SDK's module as it is", async () => {
    const files = {
      'node_modules/openai/package.json': `{"name":"openai","version":"9.9.9","exports":"./index.js","type":"module"}`,
      'node_modules/openai/index.js': `throw new TypeError('from the SDK');`,
    };
    const { stdout } = await servers.run(
      `import 'costspan/register';
       try { await import('openai') } catch (error) { console.log(error.name, error.message) }`,
      { files },
    );
    expect(stdout).toBe('TypeError from the SDK\n');
  });

  it('names the packages that are watched, each by its folder', () => {
    expect([...sdkFolders.keys()].toSorted()).toEqual(
      sdks.map((sdk) => sdk.packageName).toSorted(),
    );
    for (const [name, folder] of sdkFolders) {
      expect(loadSdkFolder(folder).map(({ packageName }) => packageName)).toContain(name);
    }
  });
});
