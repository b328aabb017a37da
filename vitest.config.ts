import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const resultsFile = process.env['VITEST_JSON'];

// Vitest's configuration is the one place where a default export is asked for.
// eslint-disable-next-line no-restricted-syntax
export default defineConfig({
  resolve: {
    // The examples import the package by its name, as users do.
    alias: { 'kafka-trial': fileURLToPath(new URL('api/index.ts', import.meta.url)) },
  },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules', 'dist'],
    reporters: resultsFile === undefined ? ['default'] : ['default', 'json'],
    ...(resultsFile === undefined ? {} : { outputFile: { json: resultsFile } }),
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
