import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import postgres from 'postgres'
import { advance, type Clocks } from './demo/advance.ts'
import { findIn, headingOf, Visitor } from './demo/visitor.ts'
import { homeFolder, openHome } from './stack/home.ts'

// `npm run tour`: plays one onboarding from creation to completion against the running stack, with each step explained
// and the week skipped. Uses the same API, pages and providers as people do.

type Demo = { url: string; sandboxUrl: string; temporalUiUrl: string; apiKey: string }
type Account = { id: string; name: string }
type Suggestion = { bankAccount: string; ledgerAccount: string | null; because: string | null }
type Onboarding = {
  id: string
  status: string
  situation: { stage: string; blockedBy: string | null; move: string | null; next: { what: string; at: string }[] }
  organisation: { reference: string | null; name: string }
  invitation: { expiresAt: string | null } | null
  steps: { kind: string; state: string }[]
  connections: { id: string; kind: string; accounts: Account[] }[]
  suggestions: Suggestion[] | null
}
type SentMessage = { channel: string; subject?: string; text: string; sentAt: string; to: string }

const bold = (text: string) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text)
const grey = (text: string) => (process.stdout.isTTY ? `\u001b[2m${text}\u001b[0m` : text)
let step = 0
const tell = (title: string, text: string) => {
  step += 1
  console.log(`\n${bold(`${step}. ${title}`)}\n   ${text.replaceAll('\n', '\n   ')}`)
}
const show = (text: string) => console.log(grey(`   → ${text}`))
const when = (at: string | number) =>
  new Date(at).toLocaleString('en-GB', { timeZone: 'Europe/London', dateStyle: 'medium', timeStyle: 'short' })

const folder = homeFolder()
if (!existsSync(`${folder}/demo.json`)) {
  console.error('There is no running stack here. Start it first with: npm start')
  process.exit(1)
}
const demo = JSON.parse(readFileSync(`${folder}/demo.json`, 'utf8')) as Demo

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${demo.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${demo.apiKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const found = await look()
    if (found) return found
  }
  throw new Error(`waited 20 s in vain for ${what}`)
}

const read = (id: string) => call<Onboarding>('GET', `/onboardings/${id}`)
const stage = (id: string, wanted: string) =>
  until(`stage ${wanted}`, async () => {
    const onboarding = await read(id)
    return onboarding.situation.stage === wanted && onboarding
  })
const begun = new Date().toISOString()
const email = `jo+${Date.now().toString(36)}@harbour.example`
const mails = async (of: { to: string } | { since: string }): Promise<SentMessage[]> => {
  const response = await fetch(`${demo.sandboxUrl}/control/messages?${new URLSearchParams(of)}`)
  return ((await response.json()) as { messages: SentMessage[] }).messages
}
/** Returns the sandbox's id of the client's bank connection, so that its Xero can hold the same account numbers. */
const bankConnectionOf = async (id: string): Promise<string> => {
  const response = await fetch(`${demo.sandboxUrl}/control/truelayer/connections`)
  const { connections } = (await response.json()) as { connections: { id: string; user: { id: string } }[] }
  return connections.find((one) => one.user.id === id)?.id ?? ''
}
const situationOf = ({ situation }: Onboarding) => {
  const next = situation.next.map((one) => `${one.what} ${when(one.at)}`).join(', ')
  return `${situation.stage} · ${situation.blockedBy ?? 'nothing blocks'} · move: ${situation.move ?? 'nobody'}${next && ` · next: ${next}`}`
}

const home = await openHome(folder)
const sql = postgres(
  process.env.EMBARK_DATABASE_URL ??
    `postgres://embark_owner:${home.secrets.ownerPassword}@127.0.0.1:${home.ports.postgres}/embark`,
  { max: 1 },
)
const connection = await Connection.connect({
  address: process.env.TEMPORAL_ADDRESS ?? `127.0.0.1:${home.ports.temporal}`,
})
const clocks: Clocks = { sql, connection, namespace: process.env.TEMPORAL_NAMESPACE ?? 'default' }

try {
  console.log(bold('Onboarding Harbour Bakery Ltd'))
  console.log(grey(`API ${demo.url} · inbox ${demo.sandboxUrl} · engine ${demo.temporalUiUrl}`))

  tell('The practice adds a client', `One call: POST /api/v1/onboardings. The row is in the list at once.`)
  const created = await call<Onboarding>('POST', '/onboardings', {
    organisation: { name: 'Harbour Bakery Ltd', software: 'xero', solutions: ['bookkeeping'] },
    invitation: { name: 'Jo Marsden', email, channels: ['email'], message: 'Lovely to have you with us.' },
  })
  show(situationOf(created))
  const ready = await until('the client reference', async () => {
    const onboarding = await read(created.id)
    return onboarding.organisation.reference !== null && onboarding.situation.blockedBy === 'acceptance' && onboarding
  })
  show(`client reference ${ready.organisation.reference}; ${situationOf(ready)}`)
  show(`its workflow: ${demo.temporalUiUrl}/namespaces/default/workflows/onboarding-${created.id}-1`)

  tell(
    'Jo gets a mail and does not answer',
    'A week passes in a moment: row and engine are moved from one due instant to the next.',
  )
  const expiresAt = Date.parse(ready.invitation?.expiresAt ?? '')
  show(`the link works until ${when(expiresAt)}`)
  await advance(clocks, created.id, expiresAt + 10_000)
  const expired = await stage(created.id, 'expired')
  for (const mail of (await mails({ to: email })).toReversed()) show(`mail: ${mail.subject}`)
  show(situationOf(expired))

  tell('Expired is not the end', 'The practice sends a new link: POST …/invitations. Older links are off.')
  await call('POST', `/onboardings/${created.id}/invitations`, {})
  const newest = await until('the new link', async () => {
    const [mail] = await mails({ to: email })
    return mail?.subject?.startsWith('New link') && mail
  })
  show(`mail: ${newest.subject}`)

  tell(
    'Jo opens the link',
    'Opening changes nothing. One page: who asks, what is shared, for how long, how to stop it, and the banks.',
  )
  const link = /https?:\/\/\S+\/j\/[\w-]+/.exec(newest.text)?.[0] ?? ''
  const jo = new Visitor()
  const invitation = await jo.open(link)
  show(`${headingOf(invitation)} (${(invitation.html.length / 1024).toFixed(1)} kB, no script)`)

  tell('Click one: a bank', 'Choosing it accepts the invitation and opens the bank session.')
  const bankId = findIn(invitation, /name="bank"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="bank"/)
  const atBank = await jo.submit(invitation, `${new URL(link).pathname}/bank`, { bank: bankId })
  show(headingOf(atBank))
  show(situationOf(await stage(created.id, 'accepted')))

  tell('Click two: approve at the bank', 'The sandbox plays the provider and the bank.')
  const back = await jo.submit(atBank, `${new URL(atBank.url).pathname}/decide`, { action: 'approve' })
  show(headingOf(back))
  show(situationOf(await read(created.id)))

  tell('The practice connects the books', 'POST …/connections answers an address of ours; it leads to Xero and back.')
  const { url } = await call<{ url: string }>('POST', `/onboardings/${created.id}/connections`, {
    step: 'books',
    provider: 'xero',
  })
  const rosa = new Visitor()
  const asked = await rosa.open(url)
  show(headingOf(asked))
  const atXero = await rosa.submit(asked, new URL(url).pathname, {})
  const signedIn = await rosa.submit(atXero, findIn(atXero, /<form[^>]*action="([^"]*decide[^"]*)"/), {
    request: findIn(atXero, /name="request"[^>]*value="([^"]+)"/),
    action: 'approve',
    new_organisation: 'Harbour Bakery Ltd',
    numbers_from: await bankConnectionOf(created.id),
  })
  show(headingOf(signedIn))

  tell('Match the accounts', 'Suggested by sort code and number, then by name; saved in one call.')
  const connected = await until('suggestions', async () => {
    const onboarding = await read(created.id)
    return onboarding.suggestions && onboarding
  })
  const books = connected.connections.find((one) => one.kind === 'books')
  for (const one of connected.suggestions ?? []) {
    const names = connected.connections.flatMap((c) => c.accounts)
    const name = (id: string | null) => names.find((account) => account.id === id)?.name ?? 'none'
    show(`${name(one.bankAccount)} ↔ ${name(one.ledgerAccount)} (${one.because ?? 'no match found'})`)
  }
  await call('POST', `/connections/${books?.id}/mapping`, {
    matches: connected.suggestions?.map(({ bankAccount, ledgerAccount }) => ({ bankAccount, ledgerAccount })),
  })

  tell('Ready to go', 'Every required step is done: the workflow completes, once, and tells the practice.')
  show(situationOf(await stage(created.id, 'completed')))
  const notices = await until('the mails to the practice', async () => {
    const sent = (await mails({ since: begun })).filter(
      (mail) => mail.subject?.startsWith('Harbour Bakery') && !mail.to.includes(email),
    )
    return sent.some((mail) => mail.subject?.includes('ready to go')) && sent
  })
  // One mail to each colleague who subscribed; to the practice's own address when none did.
  for (const mail of notices.toReversed()) show(`mail to ${mail.to}: ${mail.subject}`)
  const events = await call<{ items: { kind: string }[] }>('GET', `/onboardings/${created.id}/events?limit=100`)
  show(`${events.items.length} facts: ${events.items.map((event) => event.kind).join(' · ')}`)
  console.log(`\nSee every mail and text in the inbox: ${demo.sandboxUrl}\n`)
} finally {
  await sql.end()
  await connection.close()
}
