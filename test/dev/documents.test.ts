import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const list = (pattern: string) => globSync(pattern, { cwd: root })

const documents = [...list('*.md'), ...list('docs/**/*.md')]
const code = list(
  '{activities,api,bench,commands,db,dev,domain,messages,pages,providers,sandbox,test,web,worker,workflows}/**/*',
)
const folders = new Set(code.map((file) => file.split('/')[0]))

/** The beginning of a doc comment that does not say what the thing is or does. */
const QUESTION = /\/\*\*\s+(?:\*\s+)?(?:What|Who|Whose|Whoever|Whether|How|Where|When|Which|Why)\b.*/g

/** Returns true if a path in a document exists in the repository; expands braces and stars as a shell does. */
const exists = (path: string) => list(path.replace(/\/$/, '')).length > 0

/** Returns the paths in a document's code spans: those that begin with one of our folders. */
const pathsIn = (text: string) =>
  [...text.matchAll(/`([\w.-]+\/[^\s`]*)`/g)].flatMap(([, path = '']) =>
    folders.has(path.split('/')[0]) ? [path] : [],
  )

/** Returns the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-')

const anchorsOf = (file: string) => [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))

test('every path that a document names exists', () => {
  const named = documents.flatMap((file) => pathsIn(read(file)).map((path) => `${file}: ${path}`))
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((line) => !exists(line.split(': ')[1] ?? ''))).toEqual([])
})

test('every link of a document leads to a file and heading that exist', () => {
  const links = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, to = '']) => (/^[a-z]+:/.test(to) ? [] : [{ file, to }])),
  )
  expect(links.length).toBeGreaterThan(20)
  const broken = links.filter(({ file, to }) => {
    const [path = '', anchor] = to.split('#')
    const target = path === '' ? file : join(dirname(file), path)
    return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
  })
  expect(broken).toEqual([])
})

test('every document that the code names exists', () => {
  const named = code
    .filter((file) => /\.(ts|tsx|mjs|sql)$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([path]) => `${file}: ${path}`))
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((line) => !exists(line.split(': ')[1] ?? ''))).toEqual([])
})

test('no doc comment begins with a question word', () => {
  const questions = code
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !file.startsWith('web/generated/'))
    .flatMap((file) => [...read(file).matchAll(QUESTION)].map(([comment]) => `${file}: ${comment}`))
  expect(questions).toEqual([])
})

test('every decision has a title of its own', () => {
  const titles = list('docs/decisions/*.md').flatMap((file) =>
    [...read(file).matchAll(/^### (.*)$/gm)].map(([, title]) => title),
  )
  expect(titles.length).toBeGreaterThan(150)
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
})

test('every file of decisions stands in their index', () => {
  const index = read('docs/decisions/README.md')
  const files = list('docs/decisions/*.md').map((file) => file.slice('docs/decisions/'.length))
  expect(files.filter((file) => file !== 'README.md' && !index.includes(`](${file})`))).toEqual([])
})
