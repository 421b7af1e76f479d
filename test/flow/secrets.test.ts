import { randomUUID } from 'node:crypto'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { furtherProviders } from '../../dev/stack/environment.ts'
import { createPwned } from '../../providers/breach/pwned.ts'
import { credentials } from '../../sandbox/credentials.ts'
import { FAULT_KINDS, type Provider } from '../../sandbox/faults.ts'
import { BOOK_NAMES, BOOKS } from '../../sandbox/ledgers/books.ts'
import { atBank, atLedger, browse } from '../api/client/clientHarness.ts'
import { signUpAt } from '../api/practice/signingUp.ts'
import { PASSWORD, type StaffApi, startStaffApi } from '../api/staffHarness.ts'
import { forgeTokens } from '../signIns.ts'
import { waitFor } from '../waitFor.ts'
import { startWholeProduct } from '../wholeProduct.ts'
import { historyOfWorkflow, textOf } from './history.ts'

// Every fault of the sandbox strikes the whole product; afterwards no secret stands where people read: in logs, answers,
// what is recorded, and the engine's histories.

const LEDGERS = ['xero', ...BOOK_NAMES] as const
/** The fields of providers' answers whose values open something. */
const OPENING = ['access_token', 'refresh_token', 'id_token', 'public_token']

let product: Awaited<ReturnType<typeof startWholeProduct>>
let api: StaffApi
const written: string[] = []
const answers: string[] = []
const secrets = new Map<string, string>()
const { json } = express.response

/** Returns those of `values` that stand in a text; figures only as a number of their own. */
const standsIn = (text: string, values: Iterable<string>): string[] =>
  [...values].filter((value) =>
    /^\d+$/.test(value) ? new RegExp(`(?<![\\w-])${value}(?![\\w-])`).test(text) : text.includes(value),
  )

/** Notes the secrets of what the providers answer. */
function overhear(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value)) {
    if (OPENING.includes(name) && typeof one === 'string') secrets.set(one, name)
    else overhear(one)
  }
}

beforeAll(async () => {
  express.response.json = function (body) {
    overhear(body)
    return json.call(this, body)
  }
  product = await startWholeProduct({ environment: furtherProviders, worker: 'none' })
  await product.harness.startProcess(
    { LOG_LEVEL: 'debug', RECONCILE_SECONDS: '5' },
    (output) => void written.push(output),
  )
  const breach = createPwned({ baseUrl: `${product.harness.sandboxUrl}/pwned` })
  api = await startStaffApi({ ...product.api, breach })
})
afterAll(async () => {
  express.response.json = json
  await api?.stop()
  await product?.stop()
})

const fault = (provider: Provider, kind: string, more: object = {}) =>
  product.harness.control.call('POST', '/faults', { provider, kind, delayMs: 50, retryAfterSeconds: 1, ...more })
const faultsLeft = async (): Promise<{ provider: string; operation: string | null; kind: string }[]> =>
  (await product.harness.control.call('GET', '/faults')).faults
const email = () => `jo.${randomUUID().slice(0, 8)}@harbour.example`

/** Keeps what a person or a system got, whether it went well or not. */
async function heard<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    answers.push(String(error))
    return null
  }
}

/** Notes the code and state of an address to which a browser is sent. */
function noteAddress(address: string): string {
  const { searchParams } = new URL(address)
  for (const name of ['code', 'state']) if (searchParams.get(name)) secrets.set(searchParams.get(name) ?? '', name)
  return address
}

/** Connects the books of a new client as staff do. Returns the client's id. */
async function connectBooks(provider: string): Promise<string> {
  const name = `Books ${randomUUID().slice(0, 8)} Ltd`
  const { id } = await api.create({
    organisation: { name, software: provider },
    invitation: undefined,
    steps: { bank: 'skip' },
  })
  await heard(async () => {
    const opened = await api.post(`onboardings/${id}/connections`, { step: 'books', provider })
    answers.push(opened.text)
    const browser = browse(api.url)
    const back = await atLedger(noteAddress(await browser.send(new URL(opened.body.url).pathname)), {
      new_organisation: name,
      user: `${id}@ledger.example`,
    })
    answers.push((await browser.open(noteAddress(back))).html)
  })
  return id
}

/** Invites a new client by mail; with `bankId`, the client accepts and connects that bank. */
async function invite(bankId?: string): Promise<string> {
  const to = email()
  await api.create({ invitation: { name: 'Jo Marsden', email: to }, steps: { books: 'skip' } })
  if (!bankId) return to
  const { text } = await waitFor(`the mail to ${to}`, async () => (await product.harness.control.messagesTo(to))[0])
  const base = `/j/${product.harness.tokenIn({ text })}`
  secrets.set(base.slice('/j/'.length), 'link')
  await heard(async () => {
    const browser = browse(api.url)
    const hosted = noteAddress(await browser.send(`${base}/bank`, { bank: bankId }))
    answers.push((await browser.open(noteAddress(await atBank(hosted)))).html)
  })
  return to
}

async function strikeLedger(provider: (typeof LEDGERS)[number]): Promise<void> {
  const connected = [await connectBooks(provider), await connectBooks(provider)]
  for (const kind of FAULT_KINDS[provider]) {
    await fault(provider, kind)
    await connectBooks(provider)
  }
  // Ending one refreshes its tokens first.
  for (const [n, id] of connected.entries()) {
    await forgeTokens(api.owner, product.api.sealer, id, { expiresAt: new Date(0) })
    await fault(provider, ['malformed', 'server_error'][n] ?? '', { operation: 'refresh' })
    const { connections } = (await api.call(`onboardings/${id}`)).body
    answers.push((await api.post(`connections/${connections[0].id}/disconnect`)).text)
  }
}

async function strikeBanks(): Promise<void> {
  const choices = [
    ['truelayer', 'ob-northgate'],
    ['plaid', 'ins_117601'],
  ] as const
  for (const [provider, bankId] of choices) {
    await api.owner`UPDATE practice SET bank_providers = ${[provider]} WHERE id = ${api.practice.id}`
    await invite(bankId)
    for (const kind of FAULT_KINDS[provider]) {
      await fault(provider, kind)
      await invite(bankId)
    }
  }
}

/** Invites a client with this fault at the provider of its channel. Waits until it was met, and for the record of that. */
async function strikeMessage(provider: 'resend' | 'twilio', kind: string, match: string, invitation: object) {
  // A trouble from an earlier test must not hold this mail back.
  await api.owner`DELETE FROM provider_trouble`
  await fault(provider, kind, { match })
  const { id } = await api.create({ invitation: { name: 'Jo Marsden', ...invitation }, steps: { books: 'skip' } })
  const isMet = async () => (await faultsLeft()).every((one) => one.provider !== provider)
  await waitFor(`${provider} to meet ${kind}`, isMet, 60_000)
  const isRecorded = async () =>
    (await api.owner`SELECT FROM message WHERE onboarding_id = ${id} AND attempts > 0 AND state <> 'sending'`).count > 0
  // An attempt whose end is not known stays as it is.
  await waitFor('the record of the attempt', isRecorded, 5_000).catch(() => undefined)
}

async function strikeMails(): Promise<void> {
  for (const kind of FAULT_KINDS.resend) {
    const to = email()
    await strikeMessage('resend', kind, to, { email: to })
  }
}

async function strikeTexts(): Promise<void> {
  for (const [n, kind] of FAULT_KINDS.twilio.entries()) {
    const phone = `+4479110${String(n).padStart(5, '0')}`
    await strikeMessage('twilio', kind, encodeURIComponent(phone), { phone, channels: ['sms'] })
  }
}

async function strikeRegisters(): Promise<void> {
  let asked = 0
  for (const kind of FAULT_KINDS.companiesHouse) {
    await fault('companiesHouse', kind)
    // Told to slow down, Embark asks nothing for a second.
    await waitFor(`the register to meet ${kind}`, async () => {
      await api.owner`DELETE FROM provider_trouble WHERE service = 'registry'`
      asked += 1
      answers.push((await api.call(`registry/companies?q=harbour${asked}`)).text)
      return (await faultsLeft()).every(({ provider }) => provider !== 'companiesHouse')
    })
  }
  for (const kind of FAULT_KINDS.pwned) {
    await fault('pwned', kind)
    answers.push((await signUpAt(api, email())).text)
  }
}

test('no secret stands in logs, answers, records or histories after every fault', async () => {
  const { owner } = api
  await Promise.all([...LEDGERS.map(strikeLedger), strikeTexts(), strikeRegisters()])
  await strikeBanks()
  await strikeMails()
  // A fault that no request met would prove nothing.
  expect(await faultsLeft()).toEqual([])

  for (const secret of Object.values(BOOKS)) secrets.set(secret.clientSecret, 'client secret')
  const { resend, twilio, truelayer, plaid, xero, companiesHouse } = credentials
  for (const secret of [
    resend.apiKey,
    resend.webhookSecret,
    twilio.authToken,
    truelayer.clientSecret,
    plaid.secret,
    xero.clientSecret,
    companiesHouse.apiKey,
    PASSWORD,
    api.practice.key,
  ])
    secrets.set(secret, 'credential')
  const kinds = [...new Set(secrets.values())].sort()
  expect(kinds).toEqual([...OPENING, 'client secret', 'code', 'credential', 'link', 'state'].sort())

  const accounts = await owner<{ account: string }[]>`
    SELECT DISTINCT account_number AS account FROM connection_account WHERE account_number ~ '^[0-9]{8,}$'`
  const addresses = await owner<{ address: string }[]>`
    SELECT DISTINCT recipient AS address FROM message WHERE recipient IS NOT NULL`
  expect([accounts.length, addresses.length].every((n) => n > 10)).toBe(true)
  const personal = [...accounts.map(({ account }) => account), ...addresses.map(({ address }) => address)]

  const logs = [...written, ...api.logged].join('\n')
  expect(logs.length).toBeGreaterThan(10_000)
  expect.soft(standsIn(logs, [...secrets.keys(), ...personal])).toEqual([])

  const opening = [...secrets].filter(([, kind]) => kind !== 'link' && kind !== 'state').map(([value]) => value)
  expect.soft(standsIn(answers.join('\n'), [...opening, ...accounts.map(({ account }) => account)])).toEqual([])

  // Whatever the database holds of a secret is sealed or a hash; account numbers stand with their accounts alone.
  const tables = await owner<{ name: string }[]>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`
  for (const { name } of tables) {
    const [row] = await owner.unsafe<{ text: string | null }[]>(
      `SELECT string_agg(to_jsonb(t)::text, ' ') AS text FROM ${name} t`,
    )
    const values =
      name === 'public.connection_account' ? opening : [...opening, ...accounts.map(({ account }) => account)]
    expect.soft([name, standsIn(row?.text ?? '', values)]).toEqual([name, []])
  }
  const [said] = await owner<{ text: string }[]>`
    SELECT (SELECT string_agg(data::text, ' ') FROM event) || (SELECT string_agg(coalesce(last_error, ''), ' ') FROM onboarding_step)
      || coalesce((SELECT string_agg(coalesce(failure_reason, ''), ' ') FROM auth_session), '') AS text`
  expect.soft(standsIn(said?.text ?? '', [...secrets.keys(), ...personal])).toEqual([])

  let histories = 0
  for await (const { workflowId, runId } of product.harness.temporal.workflow.list()) {
    histories += 1
    const history = await historyOfWorkflow(product.harness.temporal.workflow.getHandle(workflowId, runId))
    expect.soft([workflowId, standsIn(textOf(history), [...secrets.keys(), ...personal])]).toEqual([workflowId, []])
  }
  expect(histories).toBeGreaterThan(100)
}, 600_000)
