import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests of what a process has one of: signals, the environment, the engine's runtime. Each file has a process to itself. */
const alone = ['test/{chaos,dev,replay}/**/*.test.ts']
/** Tests that need neither a database nor an engine: they start no stack. */
const pure = ['test/{domain,messages,pages,providers,sandbox}/**/*.test.{ts,tsx}']

/** Begins with the folders whose files take longest, so that nobody waits for the last one at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) =>
      ['alone', 'real', 'pure'].indexOf(project.name) * 3 +
      (/test.browser/.test(moduleId) ? 0 : /test.flow/.test(moduleId) ? 1 : 2)
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}

// A file cleans up after itself, so that others may run after it in the same process: reading in what the tests are
// about takes longer than most of them.
export default defineConfig({
  test: {
    pool: 'forks',
    // As many as the processors of a small machine: three browsers at once took three times as long as two.
    maxWorkers: 2,
    isolate: false,
    teardownTimeout: 30_000,
    // What is asked for until it is so has the patience of a browser test, however busy the machine.
    expect: { poll: { timeout: 20_000 } },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: alone, isolate: true, testTimeout: 30_000, hookTimeout: 60_000 },
      },
      { extends: true, test: { name: 'pure', include: pure, testTimeout: 30_000, hookTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...alone, ...pure, 'node_modules/**'],
          globalSetup: ['./test/stack.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
