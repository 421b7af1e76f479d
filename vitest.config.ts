import { defineConfig } from 'vitest/config'

/** Tests that need neither a database nor an engine: they start no stack. */
const pure = ['test/{dev,domain,replay,pages,providers,sandbox}/**/*.test.{ts,tsx}']

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    teardownTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, testTimeout: 30_000, hookTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...pure, 'node_modules/**'],
          globalSetup: ['./test/stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
