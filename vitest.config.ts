import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests of what a process has one of: signals, the environment, the engine's runtime. Each file has a process to itself. */
const alone = ['test/{chaos,dev,replay}/**/*.test.ts']
/** Tests that need neither a database nor an engine: they start no stack. */
const pure = ['test/{domain,messages,pages,providers,sandbox}/**/*.test.{ts,tsx}']

const projects = ['alone', 'real', 'pure']

/**
 * Spreads the files with a browser evenly among the others, which wait more than they work: so all workers have
 * something to do, and hardly ever are there four browsers at once. The longest files are not left for the end.
 */
class Spread extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const kinds = Map.groupBy(sorted, ({ moduleId, project }) => `${project.name} ${/test.browser/.test(moduleId)}`)
    const place = new Map([...kinds.values()].flatMap((all) => all.map((file, n) => [file, n / all.length])))
    const after = (file: TestSpecification) => projects.indexOf(file.project.name) + (place.get(file) ?? 0)
    return sorted.toSorted((one, other) => after(one) - after(other))
  }
}

// A file cleans up after itself, so that others may run after it in the same process: reading in what the tests are
// about takes longer than most of them.
export default defineConfig({
  test: {
    pool: 'forks',
    // Two more than the processors of a small machine, for the time in which a file waits.
    maxWorkers: 4,
    isolate: false,
    teardownTimeout: 30_000,
    // A polled expectation waits as long as a browser test does, since the machine may be busy.
    expect: { poll: { timeout: 20_000 } },
    sequence: { sequencer: Spread },
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
          setupFiles: ['./test/cheapPasswords.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
