import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'
import { matrixOf, printed, problemsOf } from './matrix.ts'

// `npm run conformance`: checks each connector, and the sandbox it is tested against, for the outcomes of its provider's
// contract, and prints them as a matrix. Ends with 1 where a cell is empty or fails. Arguments narrow the files, and then
// empty cells are no failure: `npm run conformance xero`.

// The workers of the tests are silent: their log would stand between the lines of the matrix.
process.env.TEST_LOG_LEVEL ??= 'silent'

const root = fileURLToPath(new URL('../..', import.meta.url))
const wanted = process.argv.slice(2).map((name) => `test/conformance/${name}`)
const vitest = await startVitest('test', wanted.length > 0 ? wanted : ['test/conformance/'], {
  root,
  watch: false,
  reporters: [],
  silent: true,
})
const modules = vitest.state.getTestModules()
const tests = modules.flatMap((file) =>
  // A skipped test is one for which the provider has no means; it shows no cell.
  [...file.children.allTests()]
    .filter((one) => one.result().state !== 'skipped')
    .map((one) => ({
      suite: one.parent.type === 'suite' ? one.parent.name : '',
      title: one.name,
      outcomes: [one.meta().outcome ?? []].flat(),
      passed: one.result().state === 'passed',
      reason: one.result().errors?.[0]?.message ?? '',
    })),
)
const broken = modules.flatMap((file) => file.errors().map(({ message }) => `${file.relativeModuleId}: ${message}`))
const failed = tests.filter(({ passed }) => !passed).map(({ suite, title, reason }) => `${suite}, ${title}: ${reason}`)
const matrix = matrixOf(tests)
const shown =
  wanted.length === 0
    ? matrix
    : matrix.filter(({ outcomes, rows }) => [...outcomes, ...rows].some(([, { shownBy }]) => shownBy.length > 0))
const problems = [...broken, ...failed, ...(wanted.length === 0 ? problemsOf(matrix) : [])]

console.log(printed(shown).join('\n'))
console.log(`\n${tests.length - failed.length} passed, ${failed.length} failed`)
for (const problem of problems) console.error(problem)
await vitest.close()
process.exitCode = problems.length === 0 && tests.length > 0 ? 0 : 1
