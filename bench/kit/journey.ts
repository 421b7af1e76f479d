import { randomUUID } from 'node:crypto'
import { returnFromBank } from '../../commands/connections/banks/bankSession.ts'
import { returnFromLedger } from '../../commands/connections/ledgers/ledgerReturn.ts'
import { saveMapping } from '../../commands/connections/saveMapping.ts'
import { departSession, openSession } from '../../commands/connections/sessions.ts'
import { createOnboarding, type NewOnboarding } from '../../commands/createOnboarding.ts'
import type { Target } from '../../commands/execute.ts'
import { accept } from '../../commands/invitations/accept.ts'
import { readAccounts, readStanding } from '../../db/connections/connections.ts'
import { NO_DETAILS } from '../../db/onboardings/organisationDetails.ts'
import type { Actor } from '../../domain/events.ts'
import type { Embedded } from './embedded.ts'
import { Watch } from './watch.ts'

const staff: Actor = { type: 'api_key', id: null }
const browser = 'bench'

/** Creates the steps of an onboarding; each resolves once committed. The two watches wait for the worker. */
export function journeysOn({ commands, providers, owner, practice, control, stack }: Embedded) {
  const invited = new Watch(async (ids) => {
    const rows = await owner<{ id: string }[]>`
      SELECT onboarding_id AS id FROM message
      WHERE onboarding_id = ANY (${ids}) AND purpose = 'invitation' AND state IN ('sent', 'delivered')`
    return rows.map(({ id }) => id)
  })
  const completed = new Watch(async (ids) => {
    const rows = await owner<{ id: string }[]>`
      SELECT id FROM onboarding WHERE id = ANY (${ids}) AND completed_at IS NOT NULL`
    return rows.map(({ id }) => id)
  })

  const create = async (changes: Partial<Pick<NewOnboarding, 'invitation' | 'steps'>> = {}): Promise<Target> => {
    const name = 'Jo Carter'
    const email = `jo.${randomUUID()}@harbour.example`
    const input: NewOnboarding = {
      organisation: {
        ...NO_DETAILS,
        name: 'Harbour Bakery Ltd',
        kind: 'business',
        software: 'xero',
        solutions: ['bookkeeping'],
        country: null,
        currency: null,
        contact: { name, email, phone: null },
        incomeSources: [],
      },
      invitation: { name, email, phone: null, message: null, inviterName: 'Priya Shah', channels: ['email'] },
      connectable: ['xero'],
      managerId: null,
      access: null,
      steps: { bank: 'client', books: 'practice', mapping: 'practice' },
      ...changes,
    }
    const created = await createOnboarding(commands, practice.id, staff, input, async (_tx, id) => id)
    if (created.result !== 'created') throw new Error(`not created: ${created.result}`)
    return { practiceId: practice.id, onboardingId: created.response as string }
  }

  /** Returns the link in the invitation mail; it exists once the mail is claimed. */
  const linkOf = async ({ onboardingId }: Target): Promise<string> => {
    const [link] = await owner<{ id: string }[]>`SELECT id FROM link WHERE onboarding_id = ${onboardingId}`
    if (!link) throw new Error('there is no link')
    return link.id
  }

  const acceptIt = async (target: Target, linkId: string): Promise<void> => {
    const { result } = await accept(commands, target, linkId, null)
    if (result !== 'changed') throw new Error(`not accepted: ${result}`)
  }

  /** Opens a session and starts it, a bank's at once as a client's page does; returns it and the provider's address. */
  const depart = async (target: Target, step: 'bank' | 'books') => {
    const request = {
      step,
      provider: step === 'bank' ? providers.banks.first.name : providers.ledgers.first.name,
      institution: step === 'bank' ? 'ob-northgate' : null,
      institutionName: null,
      openedBy: step === 'bank' ? 'client' : 'practice',
      linkId: null,
    } as const
    const opened = step === 'books' ? await openSession(commands, target, request) : null
    if (opened && opened.result !== 'opened') throw new Error(`no session: ${opened.result}`)
    const sessionId = opened?.sessionId ?? randomUUID()
    const wanted = opened ? null : request
    const departed = await departSession(commands, providers, target, staff, sessionId, browser, wanted)
    if (departed.result !== 'departed') throw new Error(`not departed: ${JSON.stringify(departed)}`)
    return { sessionId, redirectUrl: departed.redirectUrl }
  }

  /** Approves at the bank as the person; returns the session, which is not settled yet. */
  const approveBank = async (target: Target): Promise<string> => {
    const { sessionId, redirectUrl } = await depart(target, 'bank')
    const opaque = new URL(redirectUrl).pathname.split('/').at(-1)
    await control('POST', `/truelayer/connections/${opaque}`, { action: 'approve' })
    return sessionId
  }

  const settleBank = async (target: Target, sessionId: string): Promise<void> => {
    const settled = await returnFromBank(commands, providers, target, sessionId, null)
    if (settled.is !== 'connected') throw new Error(`no bank: ${JSON.stringify(settled)}`)
  }

  /** Signs in at the ledger as the practice; returns the session and the code it came back with. */
  const approveBooks = async (target: Target): Promise<{ sessionId: string; code: string }> => {
    const { sessionId, redirectUrl } = await depart(target, 'books')
    const user = `${target.onboardingId}@practice.example`
    const page = await (await fetch(`${redirectUrl}&sandbox_user=${encodeURIComponent(user)}`)).text()
    const request = /name="request"[^>]*value="([^"]+)"/.exec(page)?.[1] ?? ''
    const answer = await fetch(`${stack.addresses.sandboxUrl}/xero/login/identity/connect/authorize/decide`, {
      method: 'POST',
      body: new URLSearchParams({ request, action: 'approve', user, new_organisation: 'Harbour Bakery Ltd' }),
      redirect: 'manual',
    })
    const code = new URL(answer.headers.get('location') ?? '', redirectUrl).searchParams.get('code')
    if (!code) throw new Error(`no code from the ledger: ${answer.status}`)
    return { sessionId, code }
  }

  const settleBooks = async (target: Target, { sessionId, code }: { sessionId: string; code: string }) => {
    const settled = await returnFromLedger(commands, providers, target, sessionId, { code })
    if (settled.is !== 'connected') throw new Error(`no books: ${JSON.stringify(settled)}`)
  }

  /** Saves the matching without any pair: the last open step. */
  const map = async (target: Target): Promise<void> => {
    const matches = await commands.db.inPractice(target.practiceId, async (tx) => {
      const bank = (await readStanding(tx, target.onboardingId)).filter(({ kind }) => kind === 'bank')
      const accounts = await readAccounts(
        tx,
        bank.map(({ id }) => id),
      )
      return accounts.map(({ id }) => ({ bankAccount: id, ledgerAccount: null }))
    })
    const { result } = await saveMapping(commands, target, staff, randomUUID(), matches)
    if (result !== 'changed') throw new Error(`not mapped: ${result}`)
  }

  /** Runs all steps from the mail's arrival up to the matching. */
  const connectAll = async (target: Target): Promise<void> => {
    await invited.until(target.onboardingId)
    await acceptIt(target, await linkOf(target))
    await settleBank(target, await approveBank(target))
    await settleBooks(target, await approveBooks(target))
  }

  /** Runs an onboarding from creation to completion. */
  const complete = async (): Promise<Target> => {
    const target = await create()
    await connectAll(target)
    await map(target)
    await completed.until(target.onboardingId)
    return target
  }

  return {
    create,
    linkOf,
    accept: acceptIt,
    approveBank,
    settleBank,
    approveBooks,
    settleBooks,
    map,
    connectAll,
    complete,
    invited,
    completed,
  }
}
