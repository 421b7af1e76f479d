import { randomUUID } from 'node:crypto'
import { execute } from '../../commands/execute.ts'
import { ageLastMessage, giveConsent } from '../giveConsent.ts'
import type { againstSandbox } from '../providers/againstSandbox.ts'
import { writeConnection } from '../writtenConnection.ts'
import { linkIn, mailbox } from './client/mailbox.ts'
import { acceptedAt, signInToLedger } from './onboardings/ledgerSignIn.ts'
import { type Answer, type Call, PASSWORD, type StaffApi } from './staffHarness.ts'
import { makeOne } from './things.ts'

/** A request that succeeds, and another valid body for the same address: null when it takes none. */
export type Prepared = { path: string; body?: unknown; other: unknown; as?: 'admin' | 'support' | 'nobody' }

/** The callers: a Practice Admin, a support person and a person who is not signed in. */
export type Callers = Record<'admin' | 'support' | 'nobody', (path: string, given: Call) => Promise<Answer>>

type Stage = {
  api: StaffApi
  sandbox: Awaited<ReturnType<typeof againstSandbox>>
  callers: Callers
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const address = () => `${randomUUID().slice(0, 8)}@harbour.example`
const system = { type: 'system', id: null } as const

/** Prepares one successful request for each changing POST of the API. A new operation needs an entry. */
export function preparationsOf({ api, sandbox, callers }: Stage): Record<string, () => Promise<Prepared>> {
  const invited = async (): Promise<string> => (await api.create()).id
  const prepared = (path: string, body: unknown, other: unknown, as?: Prepared['as']): Prepared => ({
    path,
    other,
    ...(body !== undefined && { body }),
    ...(as && { as }),
  })
  const at = async (path: string, body: unknown, other: unknown) =>
    prepared(`onboardings/${await invited()}/${path}`, body, other)
  const after = async (earlier: string, sent: unknown, path: string) => {
    const id = await invited()
    await api.post(`onboardings/${id}/${earlier}`, sent)
    return prepared(`onboardings/${id}/${path}`, undefined, null)
  }
  /** Creates an accepted client whose bank does not show so many of its accounts any more. */
  const missing = async (n: number) => {
    const id = await invited()
    await api.accept(id)
    const connection = await giveConsent(api.owner, id, { accounts: n })
    const rows = await api.owner<{ id: string }[]>`
      UPDATE connection_account SET missing_since = now() WHERE connection_id = ${connection} RETURNING id`
    return { connection, accounts: rows.map((one) => one.id) }
  }
  const thing = async (kind: Parameters<typeof makeOne>[3]) =>
    (await makeOne(api, api.practice, 'Again', kind)) as Record<string, string>
  return {
    'post /api/v1/onboardings': async () =>
      prepared('onboardings', { organisation: { name: 'Again Ltd' } }, { organisation: { name: 'Other Ltd' } }),
    'post /api/v1/onboardings/{id}/invitations': async () => {
      const { id } = await api.create({ invitation: null })
      return prepared(
        `onboardings/${id}/invitations`,
        { name: 'Jo', email: address() },
        { name: 'Jo', email: address() },
      )
    },
    'post /api/v1/onboardings/{id}/invitations/skip': async () => {
      const id = await invited()
      await api.owner`UPDATE message SET state = 'suppressed', cause = 'known_address' WHERE onboarding_id = ${id}`
      return prepared(`onboardings/${id}/invitations/skip`, undefined, null)
    },
    'post /api/v1/onboardings/{id}/access-requests': async () => {
      const { organisation } = await thing('organisation')
      const [known] = await api.owner<{ address: string }[]>`
        SELECT address FROM organisation_member WHERE organisation_id = ${organisation!} LIMIT 1`
      const { id } = await api.create({ invitation: null })
      return prepared(`onboardings/${id}/access-requests`, { email: known!.address }, { email: address() })
    },
    'post /api/v1/onboardings/{id}/links': () => at('links', { send: null }, { send: 'email' }),
    'post /api/v1/onboardings/{id}/bank-asks/{ask}/undo': async () => {
      const id = await invited()
      await api.accept(id)
      await api.post(`onboardings/${id}/steps/bank/complete`, { evidence: 'Seen.' })
      await ageLastMessage(api.owner, id)
      const { body } = await api.post(`onboardings/${id}/links`, { send: 'email', for: 'another_bank', waits: true })
      return prepared(`onboardings/${id}/bank-asks/${body.ask.id}/undo`, undefined, null)
    },
    'post /api/v1/onboardings/{id}/extend': () => at('extend', { until: inDays(20) }, { until: inDays(21) }),
    'post /api/v1/onboardings/{id}/snooze': () => at('snooze', { until: inDays(2) }, { until: inDays(3) }),
    'post /api/v1/onboardings/{id}/resume': () => after('snooze', { until: inDays(2) }, 'resume'),
    'post /api/v1/onboardings/{id}/decline': () => at('decline', { reason: 'other' }, { reason: 'other', note: 'No.' }),
    'post /api/v1/onboardings/{id}/cancel': () => at('cancel', { reason: 'Merged.' }, { reason: 'Sold.' }),
    'post /api/v1/onboardings/{id}/cancel/undo': () => after('cancel', {}, 'cancel/undo'),
    'post /api/v1/onboardings/{id}/reopen': async () => {
      const { id } = await api.create({ invitation: null, steps: { bank: 'skip', books: 'skip' } })
      const target = { practiceId: api.practice.id, onboardingId: id }
      await execute(api.deps.commands, target, { actor: system, command: { do: 'provision' } })
      await execute(api.deps.commands, target, { actor: system, command: { do: 'complete' } })
      return prepared(`onboardings/${id}/reopen`, { steps: ['books'] }, { steps: ['bank'] })
    },
    'post /api/v1/onboardings/{id}/steps/{step}/skip': () =>
      at('steps/bank/skip', { because: 'not_needed' }, { because: 'not_needed', reason: 'Has none.' }),
    'post /api/v1/onboardings/{id}/steps/{step}/complete': () =>
      at('steps/bank/complete', { evidence: 'Seen.' }, { evidence: 'Seen twice.' }),
    'post /api/v1/onboardings/{id}/steps/{step}/reopen': () =>
      after('steps/bank/skip', { because: 'not_needed' }, 'steps/bank/reopen'),
    'post /api/v1/onboardings/{id}/connections': () =>
      at('connections', { step: 'books', provider: 'xero' }, { step: 'books', provider: 'sage' }),
    'post /api/v1/onboardings/{id}/ledger-choice': async () => {
      const organisation = async (name: string) =>
        (await sandbox.control<{ tenantId: string }>('xero/organisations', { name })).tenantId
      const [mine, other] = [await organisation('Again Bakery Ltd'), await organisation('Other Bakery Ltd')]
      const id = await acceptedAt(api, 'Again Bakery Ltd')
      await signInToLedger(api, id, [mine, other])
      return prepared(`onboardings/${id}/ledger-choice`, { organisation: mine }, { organisation: other })
    },
    'post /api/v1/sign-ins/{id}/check': async () =>
      prepared(`sign-ins/${(await thing('signIn')).signIn}/check`, undefined, null),
    'post /api/v1/sign-ins/{id}/hand-over': async () => {
      const [held, to, other] = [await thing('signIn'), await thing('member'), await thing('member')]
      return prepared(`sign-ins/${held.signIn}/hand-over`, { to: to.member }, { to: other.member })
    },
    'post /api/v1/onboardings/actions': async () => {
      const ids = [await invited(), await invited()]
      return prepared('onboardings/actions', { do: 'cancel', ids }, { do: 'cancel', ids: ids.slice(1) })
    },
    'post /api/v1/connections/{id}/mapping': async () => {
      const { id } = await api.create()
      const account = async (kind: 'bank' | 'books') => {
        const main = { external_id: '1', name: 'Main' }
        const made = await writeConnection(api.owner, id, kind, { provider: 'test' }, [main])
        await api.post(`onboardings/${id}/steps/${kind}/complete`, { evidence: 'Connected.' })
        return { connection: made.id, account: made.accounts[0] ?? '' }
      }
      const [bank, books] = [await account('bank'), await account('books')]
      const to = (ledgerAccount: string | null) => ({ matches: [{ bankAccount: bank.account, ledgerAccount }] })
      return prepared(`connections/${bank.connection}/mapping`, to(books.account), to(null))
    },
    'post /api/v1/connections/{id}/ask-to-confirm': async () => {
      const { connection, onboarding } = await thing('connection')
      await api.accept(onboarding!)
      await ageLastMessage(api.owner, onboarding!)
      return prepared(`connections/${connection}/ask-to-confirm`, undefined, null)
    },
    'post /api/v1/connections/{id}/check': async () =>
      prepared(`connections/${(await thing('connection')).connection}/check`, undefined, null),
    'post /api/v1/connections/{id}/confirm-for-client': async () => {
      const id = await invited()
      await api.accept(id)
      await api.owner`UPDATE practice SET confirm_for_clients = true WHERE id = ${api.practice.id}`
      const connection = await giveConsent(api.owner, id, { provider: 'plaid', ends: 5 })
      const body = { how: 'phone', agreedOn: '2026-03-02', agreed: true }
      return prepared(`connections/${connection}/confirm-for-client`, body, { ...body, how: 'email' })
    },
    'post /api/v1/consents/{id}/snooze': async () => {
      const { connection } = await thing('connection')
      return prepared(`consents/${connection}/snooze`, { until: inDays(2) }, { until: inDays(3) })
    },
    'post /api/v1/consents/{id}/resume': async () => {
      const { connection } = await thing('connection')
      await api.post(`consents/${connection}/snooze`, { until: inDays(2) })
      return prepared(`consents/${connection}/resume`, undefined, null)
    },
    'post /api/v1/consents/ask-to-confirm': async () => {
      const { connection, onboarding } = await thing('connection')
      await api.accept(onboarding!)
      await ageLastMessage(api.owner, onboarding!)
      await api.owner`UPDATE connection SET access_until = now() + interval '5 days' WHERE id = ${connection!}`
      return prepared('consents/ask-to-confirm', { ids: [connection] }, { ids: [randomUUID()] })
    },
    'post /api/v1/connections/{id}/reconnect': async () => {
      const { signIn } = await thing('signIn')
      const [books] = await api.owner<{ id: string }[]>`SELECT id FROM connection WHERE sign_in_id = ${signIn!}`
      return prepared(`connections/${books!.id}/reconnect`, undefined, null, 'admin')
    },
    'post /api/v1/connections/{id}/close-accounts': async () => {
      const { connection, accounts } = await missing(2)
      return prepared(`connections/${connection}/close-accounts`, { accounts }, { accounts: accounts.slice(1) })
    },
    'post /api/v1/connections/{id}/reopen-accounts': async () => {
      const { connection, accounts } = await missing(2)
      await api.post(`connections/${connection}/close-accounts`, { accounts })
      return prepared(`connections/${connection}/reopen-accounts`, { accounts }, { accounts: accounts.slice(1) })
    },
    'post /api/v1/connections/{id}/disconnect': async () =>
      prepared(`connections/${(await thing('connection')).connection}/disconnect`, undefined, null),
    'post /api/v1/organisations/{id}/users': async () =>
      prepared(
        `organisations/${(await thing('organisation')).organisation}/users`,
        { email: address() },
        { email: address() },
      ),
    'post /api/v1/organisations/{id}/users/{invitation}/resend': async () => {
      const { organisation, userInvitation } = await thing('userInvitation')
      return prepared(`organisations/${organisation}/users/${userInvitation}/resend`, undefined, null)
    },
    'post /api/v1/organisations/{id}/ni-number': async () =>
      prepared(`organisations/${(await thing('organisation')).organisation}/ni-number`, undefined, null),
    'post /api/v1/organisations/{id}/erase': async () => {
      const { organisation } = await thing('organisation')
      return prepared(`organisations/${organisation}/erase`, { name: 'Harbour Again Ltd' }, { name: 'Another' })
    },
    'post /api/v1/drafts': async () =>
      prepared('drafts', { data: { organisation: { name: 'Draft' } } }, { data: { organisation: { name: 'Other' } } }),
    'post /api/v1/drafts/{id}/connections': async () => {
      const { body } = await callers.admin('drafts', { method: 'POST', body: {} })
      return prepared(`drafts/${body.id}/connections`, { provider: 'xero' }, { provider: 'sage' })
    },
    'post /api/v1/members': async () =>
      prepared('members', { email: address(), role: 'standard' }, { email: address(), role: 'standard' }),
    'post /api/v1/members/{id}/hand-over': async () => {
      const [from, to, other] = [await thing('member'), await thing('member'), await thing('member')]
      return prepared(`members/${from.member}/hand-over`, { clientsTo: to.member }, { clientsTo: other.member })
    },
    'post /api/v1/teams': async () => prepared('teams', { name: randomUUID() }, { name: randomUUID() }),
    'post /api/v1/views': async () =>
      prepared('views', { name: randomUUID(), search: { view: 'us' } }, { name: randomUUID(), search: { view: 'us' } }),
    'post /api/v1/api-keys': async () =>
      prepared('api-keys', { name: 'Again', scopes: ['read'] }, { name: 'Other', scopes: ['read'] }),
    'post /api/v1/practice/test-mail': async () =>
      prepared('practice/test-mail', { kind: 'invitation' }, { kind: 'expired' }),
    'post /api/v1/notices/read': async () => prepared('notices/read', {}, { onboardingId: randomUUID() }),
    'post /api/v1/support/looks': async () => {
      const look = { onboardingId: await invited(), reason: 'They called.' }
      return prepared('support/looks', look, { ...look, reason: 'They wrote.' }, 'support')
    },
    'post /api/v1/support/practices/{id}/access': async () =>
      prepared(`support/practices/${(await api.createPractice()).id}/access`, undefined, null, 'support'),
    'post /api/v1/sign-up': async () => {
      const practice = { name: 'Again LLP', country: 'GB', currency: 'GBP', timeZone: 'Europe/London' }
      const person = { name: 'Ada Dale', email: address(), password: PASSWORD, practice }
      return prepared('sign-up', person, { ...person, name: 'Eve Dale' }, 'nobody')
    },
    'post /api/v1/join/{token}': async () => {
      const email = address()
      await callers.admin('members', { method: 'POST', body: { email, role: 'standard' } })
      const link = linkIn(await mailbox(sandbox).mailed(email, 'Join Marsh & Lowe Accountants on Embark'))
      const person = { name: 'Priya Shah', password: PASSWORD }
      return prepared(`join/${link.split('/').at(-1)}`, person, { ...person, name: 'Eve' }, 'nobody')
    },
  }
}
