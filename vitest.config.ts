import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Tests that need other programs, or that take long, by their name. All others are fast. */
const SLOW = 'test/**/*.slow.test.ts';

const config: ViteUserConfig = defineConfig({
  test: {
    // Two lanes, which are all tests together: `npm test` runs the first, `npm run test:slow` the second.
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [SLOW, '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: [SLOW], exclude: ['**/node_modules/**'] },
      },
    ],
    testTimeout: 30_000,
    // Of tests that say so: programs that take a core each.
    maxConcurrency: 2,
    // A shared machine stalls now and then: there a test has failed when it fails twice.
    retry: process.env['CI'] === undefined ? 0 : 1,
    pool: 'forks',
    // Most tests start processes; a line for each of those would hide the ones that are really long.
    slowTestThreshold: 5_000,
    // What SDKs say of their deprecations stays with them, unless a test fails.
    silent: 'passed-only',
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
});

export default config;
