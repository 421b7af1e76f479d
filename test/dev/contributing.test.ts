import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// The lists of CONTRIBUTING.md against the code: each is traced by an example.

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

const sections = read('CONTRIBUTING.md').split(/^## /m).slice(1)
const traced = sections.flatMap((section) => {
  const [, example] = /\b[Ee]xample(?: of a ledger)?: `(\w+)`/.exec(section) ?? []
  return example === undefined ? [] : [{ title: section.split('\n')[0] ?? '', example, section }]
})

const code = globSync(
  '{activities,api,bench,commands,db,dev,domain,messages,pages,providers,web,worker,workflows}/**/*.{ts,tsx,sql}',
  { cwd: root, exclude: ['web/generated/**'] },
)

/** Returns the files that a section names, stars as a shell reads them. */
const namedIn = (section: string) =>
  new Set([...section.matchAll(/`([\w.-]+\/[^\s`]+)`/g)].flatMap(([, path = '']) => globSync(path, { cwd: root })))

test('every list of how to add something is traced by an example', () => {
  expect(traced.map(({ title }) => title)).toHaveLength(9)
})

test.each(traced)('how to add: $title names every file that `$example` stands in', ({ example, section }) => {
  const word = new RegExp(`\\b${example}\\b`)
  const holding = code.filter((file) => word.test(read(file)))
  expect(holding.length).toBeGreaterThan(1)
  const named = namedIn(section)
  expect(holding.filter((file) => !named.has(file))).toEqual([])
})
