import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// `npm run conformance`: checks each connector, and the sandbox it is tested against, for the outcomes of its
// provider's contract, and prints a matrix of provider and outcome. Arguments narrow the files: `npm run conformance
// xero`.

type Report = {
  testResults: {
    name: string
    message: string
    assertionResults: { ancestorTitles: string[]; title: string; status: string }[]
  }[]
}

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'embark-conformance-'))
const file = join(folder, 'report.json')
const wanted = process.argv.slice(2).map((name) => `test/conformance/${name}`)
const args = ['run', '--reporter=json', `--outputFile=${file}`, ...(wanted.length > 0 ? wanted : ['test/conformance/'])]

const code = await new Promise<number>((resolve) => {
  const child = spawn(join(root, 'node_modules/.bin/vitest'), args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  child.on('error', () => resolve(1))
  child.on('close', (ended) => resolve(ended ?? 1))
})
const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
rmSync(folder, { recursive: true, force: true })

const rows = testResults.flatMap(({ name, message, assertionResults }) =>
  // A file that could not be loaded has no outcomes of its own.
  assertionResults.length === 0
    ? [{ provider: name.split('/').at(-1) ?? name, outcome: message.split('\n')[0] ?? '', passed: false }]
    : assertionResults.map(({ ancestorTitles, title, status }) => ({
        provider: ancestorTitles[0] ?? '',
        outcome: title,
        passed: status === 'passed',
      })),
)
const width = Math.max(...rows.map(({ outcome }) => outcome.length))
for (const provider of [...new Set(rows.map((row) => row.provider))].sort()) {
  const own = rows.filter((row) => row.provider === provider)
  console.log(`\n${provider}: ${own.filter(({ passed }) => passed).length} of ${own.length}`)
  for (const { outcome, passed } of own) console.log(`  ${outcome.padEnd(width)}  ${passed ? 'pass' : 'FAIL'}`)
}
const failed = rows.filter(({ passed }) => !passed).length
console.log(`\n${rows.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 && code === 0 && rows.length > 0 ? 0 : 1
