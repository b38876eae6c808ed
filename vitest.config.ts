import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // A shared machine stalls now and then: there a test has failed when it fails twice.
    retry: process.env['CI'] === undefined ? 0 : 1,
    pool: 'forks',
    reporters: ['default', './test/support/summary-reporter.ts'],
  },
});

export default config;
