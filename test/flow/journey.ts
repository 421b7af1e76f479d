import { randomUUID } from 'node:crypto'
import { recordBankReport } from '../../commands/connections/banks/bankReport.ts'
import { returnFromBank } from '../../commands/connections/banks/bankSession.ts'
import { returnFromLedger } from '../../commands/connections/ledgers/ledgerReturn.ts'
import { saveMapping } from '../../commands/connections/saveMapping.ts'
import type { Providers } from '../../commands/connections/sessionOwner.ts'
import { departSession, openSession } from '../../commands/connections/sessions.ts'
import { type Commands, execute, type Outcome, type Target } from '../../commands/execute.ts'
import { accept } from '../../commands/invitations/accept.ts'
import { link } from '../../commands/invitations/link.ts'
import { readAccounts, readStanding } from '../../db/connections/connections.ts'
import { advance as advanceTo } from '../../dev/demo/advance.ts'
import type { Command } from '../../domain/commands.ts'
import type { Bank } from '../../domain/connections/severalBanks.ts'
import type { BankFailure } from '../../providers/bank/bank.ts'
import { openProviders } from '../../providers/configured.ts'
import type { LedgerReturn } from '../../providers/ledger/ledger.ts'
import { createSealer } from '../../providers/seal.ts'
import { clocksOf, nowOf } from '../advance.ts'
import { ageLastMessage } from '../giveConsent.ts'
import { type Harness, testActor } from '../harness.ts'
import type { SentMessage } from '../sandboxControl.ts'
import { waitFor } from '../waitFor.ts'

/** An onboarding of a test, as `harness.create` returns it. */
export type Client = Awaited<ReturnType<Harness['create']>>

export type BankAction = 'approve' | 'cancel' | 'approve_later' | 'never_return' | 'bank_down'

/** A command without its request id, which is new for every call. */
export type Asked = Command extends infer C ? (C extends { requestId: string } ? Omit<C, 'requestId'> : C) : never

/** Creates the acts of the people in a flow: the API's commands, and form posts to the providers' own pages. */
export function journeyOf(harness: Harness, commands: Commands = harness.commands) {
  const { config, control } = harness
  const providers: Providers = {
    ...openProviders(config),
    sealer: createSealer(config.sealKeys),
    publicUrl: config.publicUrl,
  }

  const order = (target: Target, command: Asked): Promise<Outcome> =>
    execute(commands, target, { actor: testActor, command: { requestId: randomUUID(), ...command } as Command })

  /** Waits for the newest mail to the client whose subject matches. */
  const mail = (client: Client, subject: string | RegExp): Promise<SentMessage> =>
    waitFor(`the mail "${subject}"`, async () =>
      (await control.messagesTo(client.email)).find((one) => one.subject?.match(subject)),
    )

  const acceptWith = async (client: Client, token: string, bankId: string | null = null): Promise<Outcome> =>
    accept(commands, client.target, await harness.linkId(token), bankId)

  const setOut = async (client: Client, step: 'bank' | 'books', provider?: string, bankId = 'ob-northgate') => {
    const opened = await openSession(commands, client.target, {
      step,
      provider: provider ?? (step === 'bank' ? providers.banks.first.name : providers.ledgers.first.name),
      institution: step === 'bank' ? bankId : null,
      institutionName: step === 'bank' ? (bankId === 'ob-northgate' ? 'Northgate Bank' : bankId) : null,
      openedBy: step === 'bank' ? 'client' : 'practice',
      linkId: null,
    })
    if (opened.result !== 'opened') throw new Error(`no session: ${JSON.stringify(opened)}`)
    const { sessionId } = opened
    const departed = await departSession(commands, providers, client.target, testActor, sessionId, randomUUID())
    if (departed.result !== 'departed') throw new Error(`not departed: ${JSON.stringify(departed)}`)
    return { sessionId, redirectUrl: departed.redirectUrl }
  }

  /** Acts as the person at the bank's page. Returns the redirect's address. */
  const actAtBank = (redirectUrl: string, action: BankAction, bankId = 'ob-northgate') =>
    submit(`${redirectUrl.split('?')[0]}/decide`, { action, provider_id: bankId })

  /** Allows access to a new organisation of this name, or to a known one, at the ledger's page. Returns what it sends back. */
  const allowAtLedger = async (
    redirectUrl: string,
    organisation: string | { tenantId: string },
    user?: string,
  ): Promise<LedgerReturn> => {
    const page = await fetch(redirectUrl)
    const request = /name="request"[^>]*value="([^"]+)"/.exec(await page.text())?.[1]
    if (!request) throw new Error(`no consent page at ${redirectUrl}: ${page.status}`)
    const { origin, pathname } = new URL(page.url)
    const chosen: Record<string, string> =
      typeof organisation === 'string' ? { new_organisation: organisation } : { organisation: organisation.tenantId }
    const fields = { request, action: 'approve', ...chosen, ...(user && { user }) }
    const back = new URL(await submit(`${origin}${pathname}/decide`, fields))
    const code = back.searchParams.get('code')
    if (!code) throw new Error(`no code in ${back.href}`)
    return { code, query: Object.fromEntries(back.searchParams) }
  }

  return {
    commands,
    providers,
    order,
    mail,
    setOut,
    actAtBank,
    allowAtLedger,
    acceptWith,
    /** Accepts with the link of the newest mail. */
    accept: async (client: Client): Promise<Outcome> => {
      const sent = await mail(client, /^(Join|New link)/)
      return acceptWith(client, harness.tokenIn(sent), 'ob-northgate')
    },
    link: async (client: Client) => {
      const answer = await link(
        { ...commands, linkKeys: config.linkKeys },
        client.target,
        testActor,
        randomUUID(),
        null,
      )
      if (answer.result !== 'link') throw new Error(`no link: ${JSON.stringify(answer)}`)
      return answer
    },
    /** Asks by mail for another bank. Returns the request's id. */
    askForBank: async (client: Client, bank: Bank, isAwaited: boolean): Promise<string> => {
      await ageLastMessage(harness.owner, client.id)
      const ways = { ...commands, linkKeys: config.linkKeys }
      const answer = await link(ways, client.target, testActor, randomUUID(), 'email', { bank, isAwaited })
      if (answer.result !== 'link' || !answer.ask) throw new Error(`not asked: ${JSON.stringify(answer)}`)
      return answer.ask.id
    },
    /** Returns from the bank in the browser that started the session. */
    settle: (client: Client, sessionId: string) => returnFromBank(commands, providers, client.target, sessionId, null),
    /** Makes the bank's provider report about a session: authorised, or the failure. */
    report: async (sessionId: string, failure: BankFailure | null) => {
      const [session] = await harness.owner<{ external_id: string }[]>`
        SELECT external_id FROM auth_session WHERE id = ${sessionId}`
      const externalId = session?.external_id ?? ''
      return recordBankReport(commands, providers.banks.first, {
        eventId: randomUUID(),
        externalId,
        sessionId,
        failure,
      })
    },
    /** Goes to the bank, does `action` there, and returns. */
    connectBank: async (client: Client, action: BankAction = 'approve', bankId?: string) => {
      const { sessionId, redirectUrl } = await setOut(client, 'bank', undefined, bankId)
      await actAtBank(redirectUrl, action, bankId)
      return returnFromBank(commands, providers, client.target, sessionId, null)
    },
    /**
     * Goes to the ledger, allows access to a new organisation of the client's name, and returns. By default with a
     * sign-in of the client's own: two sessions of one person at once would be asked for the organisation.
     */
    connectBooks: async (
      client: Client,
      organisation = 'Harbour Bakery Ltd',
      user = `${client.id}@ledger.example`,
      provider?: string,
    ) => {
      const { sessionId, redirectUrl } = await setOut(client, 'books', provider)
      const returned = await allowAtLedger(redirectUrl, organisation, user)
      return returnFromLedger(commands, providers, client.target, sessionId, returned)
    },
    /** Matches every bank account with a ledger account, in order. */
    map: async (client: Client) => {
      const { bank, ledger } = await commands.db.inPractice(client.target.practiceId, async (tx) => {
        const standing = await readStanding(tx, client.id)
        const accounts = await readAccounts(
          tx,
          standing.map((one) => one.id),
        )
        const of = (kind: string) => {
          const ids = standing.filter((one) => one.kind === kind).map((one) => one.id)
          return accounts.filter((one) => ids.includes(one.connectionId)).map((one) => one.id)
        }
        return { bank: of('bank'), ledger: of('books') }
      })
      const matches = bank.map((bankAccount, i) => ({ bankAccount, ledgerAccount: ledger[i] ?? null }))
      return saveMapping(commands, client.target, testActor, randomUUID(), matches)
    },
    /** Advances the onboarding to this instant of its own clock. */
    advanceTo: (client: Client, until: number) => advanceTo(clocksOf(harness), client.id, until),
    /** Returns the present instant on the onboarding's own clock. */
    now: (client: Client): Promise<number> => nowOf(harness, client.id),
    /** Waits until the workflow of this run has ended; returns its status. */
    ended: (client: Client, run?: number): Promise<string> =>
      waitFor('the workflow to end', async () => {
        const { status } = await (await harness.workflow(client.id, run)).describe()
        return status.name !== 'RUNNING' && status.name
      }),
  }
}

export type Journey = ReturnType<typeof journeyOf>

/** Submits a form as a browser would, without following the redirect. Returns its address. */
async function submit(address: string, fields: Record<string, string>): Promise<string> {
  const response = await fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  if (response.status !== 303) throw new Error(`${address}: ${response.status} ${await response.text()}`)
  return new URL(response.headers.get('location') ?? '', address).href
}
