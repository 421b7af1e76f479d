import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// `npm test`: runs every check of the repository, then every test. Continues after a failure and ends with one line
// that counts tests and checks alike. Arguments go to vitest and skip the other checks.

type Counts = { passed: number; failed: number }
type Check = [name: string, command: string[]]

const root = fileURLToPath(new URL('..', import.meta.url))
const programs = join(root, 'node_modules', '.bin')
/** Writes what the other checks read. */
const first: Check = ['types of the API for the app', ['node', '--import', 'tsx', 'dev/apiTypes.ts']]
/** The checks. They run at once, because none reads a file that another writes. */
const checks: Check[] = [
  ['format and lint', ['biome', 'ci', '--colors=off', '.']],
  ['types', ['tsc', '-p', '.']],
  ['imports', ['depcruise', '--config', '.dependency-cruiser.mjs', '.']],
  ['nothing unused', ['knip']],
  // Building here means that no page test waits for the build.
  [
    'the staff app builds',
    ['node', '--import', 'tsx', '-e', "await (await import('./dev/built/webApp.ts')).keptWebApp()"],
  ],
]

function run([program, ...args]: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(join(programs, program ?? ''), args, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ code: 1, output: String(error) }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

async function runCheck([name, command]: Check): Promise<Counts> {
  const begun = performance.now()
  const { code, output } = await run(command)
  const took = `${((performance.now() - begun) / 1_000).toFixed(1)} s`
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${command[0]}, ${took})`)
  if (code === 0) return { passed: 1, failed: 0 }
  console.log(output.trimEnd().replaceAll(/^/gm, '       '))
  return { passed: 0, failed: 1 }
}

type Report = {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** Counts the results in vitest's report. A file that did not load, or a missing report, counts as one failure. */
function readReport(file: string, code: number): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const broken = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0).length
  const failed = report.numFailedTests + broken
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
}

function runTests(args: string[]): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'embark-report-'))
  const report = join(folder, 'report.json')
  const vitest = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args]
  return new Promise((resolve) => {
    const child = spawn(join(programs, 'vitest'), vitest, {
      cwd: root,
      env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', () => resolve({ passed: 0, failed: 1 }))
    child.on('close', (code) => {
      resolve(readReport(report, code ?? 1))
      rmSync(folder, { recursive: true, force: true })
    })
  })
}

const args = process.argv.slice(2)
const checked = args.length > 0 ? [] : [await runCheck(first), ...(await Promise.all(checks.map(runCheck)))]
const all = [...checked, await runTests(args)]
const passed = all.reduce((sum, counts) => sum + counts.passed, 0)
const failed = all.reduce((sum, counts) => sum + counts.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
