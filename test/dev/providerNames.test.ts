import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// A provider is chosen by the name that a session, connection or message carries, never by code that knows the name.

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const filesIn = (pattern: string) => globSync(pattern, { cwd: root, exclude: ['web/generated/**'] }).sort()

/** The files that may name providers, and why. */
const MAY_NAME: Record<string, string> = {
  'domain/connections/ledgers.ts': 'says what software is called',
}

/** The names and labels of all connectors, as their files say them. */
const named = filesIn('providers/{bank,breach,email,ledger,register,sms}/*.ts').flatMap((file) =>
  [...read(file).matchAll(/\bname: '(\w+)', label: '([^']+)'|\bconst name = '(\w+)'/g)].map(
    ([, labelled, label = '', alone = '']) => ({ name: labelled ?? alone, label }),
  ),
)

/** Words that are a provider's name and something else, with what makes them the provider. */
const AMBIGUOUS: Record<string, RegExp> = {
  resend: /createResend|\/hooks\/resend|resend\.com|provider\W+resend\b/,
  // The number that a company has there is called after it, wherever the number comes from.
  companies_house: /\bcompanies_house\b|createCompaniesHouse/,
}

const patterns = named.map(({ name, label }) => {
  const words = [name, label].filter(Boolean).join('|')
  return AMBIGUOUS[name] ?? new RegExp(`(?<![a-z])(${words})|create(${words})`, 'i')
})

/** Returns code without its comments, which may give examples. */
const withoutComments = (code: string) => code.replace(/\/\*.*?\*\//gs, '').replace(/(^|\s)\/\/.*$/gm, '')

test('every connector says its name where this test reads it', () => {
  const names = named.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['truelayer', 'xero', 'resend', 'twilio', 'companies_house', 'pwned']))
})

test('no provider is named outside providers, its words and the configuration', () => {
  const code = filesIn('{activities,api,commands,db,domain,messages,pages,web,worker,workflows}/**/*.{ts,tsx}')
  const naming = code.flatMap((file) =>
    withoutComments(read(file))
      .split('\n')
      .filter((line) => patterns.some((pattern) => pattern.test(line)))
      .map((line) => `${file}: ${line.trim()}`),
  )
  expect(naming.filter((line) => !(line.split(':')[0]! in MAY_NAME))).toEqual([])
  const used = new Set(naming.map((line) => line.split(':')[0]))
  expect(Object.keys(MAY_NAME).filter((file) => !used.has(file))).toEqual([])
})
