import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { generateApi } from 'swagger-typescript-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embark-client-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/**
 * A program by an author who has only the generated client. It is checked against the client's types before it runs;
 * `later` advances two minutes.
 */
const JOURNEY = `
import { Api, type Problem } from './client.ts'

const refusal = async (asked: Promise<unknown>): Promise<Problem> =>
  asked.then(() => { throw new Error('it was not refused') }, (answer: { error: Problem }) => answer.error)

export async function journey(baseUrl: string, key: string, later: () => Promise<unknown>) {
  const { api } = new Api({
    baseUrl,
    baseApiParams: { secure: true },
    securityWorker: () => ({ headers: { Authorization: \`Bearer \${key}\` } }),
  })
  const made = await api.createOnboarding(
    { organisation: { kind: 'business', name: 'Harbour Bakery Ltd' } },
    { headers: { 'Idempotency-Key': 'journey-1' } },
  )
  const { id } = made
  const again = await api.createOnboarding(
    { organisation: { kind: 'business', name: 'Harbour Bakery Ltd' } },
    { headers: { 'Idempotency-Key': 'journey-1' } },
  )
  const invited = await api.inviteClient(id, { name: 'Jo Marsden', email: 'jo@harbour.example' })
  const tooSoon = await refusal(api.inviteClient(id))
  await later()
  const resent = await api.inviteClient(id)
  const cancelled = await api.cancelOnboarding(id, { reason: 'Merged.' })
  const back = await api.undoCancel(id)
  const list = await api.listOnboardings({ status: ['invited'], sort: 'updated' })
  const report = await api.readConversion()
  const wrong = await refusal(api.inviteClient(id, { email: 'nobody' }))
  return {
    isSame: again.id === id,
    statuses: [made.status, invited.status, resent.status, cancelled.status, back.status],
    generation: resent.invitation?.generation ?? null,
    blockedBy: back.situation.blockedBy,
    refused: [tooSoon.code, wrong.code, wrong.errors?.[0]?.field ?? null],
    listed: list.items.map((one) => one.organisation.name),
    invitedThisWeek: report.weeks.at(-1)?.n ?? null,
  }
}
`

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2023', 'dom', 'dom.iterable'],
    allowImportingTsExtensions: true,
    types: [],
  },
  include: ['*.ts'],
}

test('a client that a generator makes of the document compiles, and goes one journey', async () => {
  const { body: spec } = await api.call('/openapi.json', { key: null })
  await generateApi({ spec, output: folder, fileName: 'client.ts', unwrapResponseData: true, silent: true })
  await writeFile(join(folder, 'journey.ts'), JOURNEY)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url))
  const compiled = await promisify(execFile)(tsc, ['-p', folder]).catch((error: { stdout: string }) => error)
  expect(compiled.stdout).toBe('')

  const { journey } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'journey.ts')).href)
  const later = async () => {
    const made = await api.owner<{ id: string }[]>`SELECT id FROM onboarding`
    await age(
      api.owner,
      made.map(({ id }) => id),
      120_000,
    )
  }
  expect(await journey(api.url, api.practice.key, later)).toEqual({
    isSame: true,
    statuses: ['creating', 'invited', 'invited', 'cancelled', 'invited'],
    generation: 2,
    blockedBy: 'sending',
    refused: ['resend_too_soon', 'validation', 'email'],
    listed: ['Harbour Bakery Ltd'],
    invitedThisWeek: 1,
  })
})
