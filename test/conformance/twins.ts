import { createLogger } from '../../api/log.ts'
import { openShared } from '../../commands/configuration.ts'
import { furtherProviders } from '../../dev/stack/environment.ts'
import type { BankConnector, BankFailure } from '../../providers/bank/bank.ts'
import type { LedgerConnector, LedgerTokens } from '../../providers/ledger/ledger.ts'
import type { BookName } from '../../sandbox/ledgers/books.ts'
import { readConfig } from '../../worker/config.ts'
import type { againstSandbox } from '../providers/againstSandbox.ts'
import { sandboxEnvironment } from '../sandboxEnvironment.ts'

export type Sandbox = Awaited<ReturnType<typeof againstSandbox>>

/** The faults of any ledger, in words of ours. */
export type LedgerTrouble = 'token_expired' | 'rate_limited' | 'disconnected' | 'permission' | 'server_error'

/** A ledger's twin in the sandbox: its connector, and what people and faults do there. */
export type LedgerTwin = {
  /** The troubles that this ledger does not know. */
  lacks: LedgerTrouble[]
  /** The pause after a 429 whose header says 20 s: some ledgers send no header. */
  pauseMs: number
  /** True if one sign-in reaches several organisations of a person. */
  reachesSeveral: boolean
  /** True if a refresh token still works for a while after its use. */
  forgivesLoss: boolean
  connector(): LedgerConnector
  /** A connector with credentials that the ledger does not know. */
  stranger(): LedgerConnector
  /** Creates an organisation with one bank account, `Current`. Returns its id for calls. */
  organisation(name: string): Promise<string>
  /** Decides on the consent page as `user`; null refuses. Returns the address to which the browser is sent back. */
  decide(address: string, choice: { user: string; organisation: string } | null): Promise<URL>
  /** Makes reading the organisation's accounts fail, `times` times. */
  fault(
    trouble: LedgerTrouble,
    tenantId: string,
    more?: { times?: number; retryAfterSeconds?: number },
  ): Promise<unknown>
  /** Makes the next refresh find that the sign-in is over. */
  forget(tokens: LedgerTokens): Promise<unknown>
}

/** The twins of all ledgers, by name. */
export const LEDGER_TWINS: Record<BookName | 'xero', (sandbox: Sandbox) => LedgerTwin> = {
  xero: (sandbox) => {
    const kinds: Partial<Record<LedgerTrouble, string>> = { permission: 'insufficient_scope' }
    return {
      lacks: [],
      pauseMs: 20_000,
      reachesSeveral: true,
      forgivesLoss: true,
      connector: () => sandbox.xero(),
      stranger: () => sandbox.xero({ clientSecret: 'wrong' }),
      organisation: async (name) => {
        const bankAccounts = [{ name: 'Current', number: '04000412345678', code: '090', currency: 'GBP' }]
        const made = await sandbox.control<{ tenantId: string }>('xero/organisations', { name, bankAccounts })
        return made.tenantId
      },
      decide: async (address, choice) => {
        return decided(sandbox, address, choice)
      },
      fault: (trouble, match, more) =>
        sandbox.fault({ provider: 'xero', operation: 'accounts', kind: kinds[trouble] ?? trouble, match, ...more }),
      forget: ({ refreshToken: match }) =>
        sandbox.fault({ provider: 'xero', operation: 'refresh', kind: 'invalid_grant', match }),
    }
  },
  quickbooks: (sandbox) => ({
    ...bookTwin(sandbox, 'quickbooks'),
    // Its only scope reads everything, and it names no pause.
    lacks: ['permission'],
    pauseMs: 60_000,
    reachesSeveral: false,
    forgivesLoss: true,
  }),
  sage: (sandbox) => ({
    ...bookTwin(sandbox, 'sage', { permission: 'role' }),
    lacks: [],
    pauseMs: 60_000,
    reachesSeveral: true,
    forgivesLoss: false,
  }),
  freeagent: (sandbox) => ({
    ...bookTwin(sandbox, 'freeagent', { permission: 'level' }, 'nothing'),
    // A person who removes the application ends the whole sign-in: its own suite has that.
    lacks: ['disconnected'],
    pauseMs: 20_000,
    reachesSeveral: false,
    forgivesLoss: false,
  }),
}

/**
 * The acts at a twin that keeps its data in a book. `kinds`: its own names of the troubles. `says`: what a request for
 * accounts names; where it names nothing, a fault takes the next one.
 */
function bookTwin(
  sandbox: Sandbox,
  provider: BookName,
  kinds: Partial<Record<LedgerTrouble, string>> = {},
  says: 'organisation' | 'nothing' = 'organisation',
): Pick<LedgerTwin, 'connector' | 'stranger' | 'organisation' | 'decide' | 'fault' | 'forget'> {
  return {
    connector: () => sandbox.ledger(provider),
    stranger: () => sandbox.ledger(provider, 'wrong'),
    organisation: async (name) => {
      const made = { name, bankAccounts: [{ name: 'Current' }] }
      return (await sandbox.control<{ tenantId: string }>(`${provider}/organisations`, made)).tenantId
    },
    decide: (address, choice) => decided(sandbox, address, choice),
    fault: (trouble, tenantId, more) =>
      sandbox.fault({
        provider,
        operation: 'accounts',
        kind: kinds[trouble] ?? trouble,
        ...(says === 'organisation' && { match: tenantId }),
        ...more,
      }),
    forget: ({ refreshToken: match }) =>
      sandbox.fault({ provider, operation: 'refresh', kind: 'invalid_grant', match }),
  }
}

/** Decides on a ledger's sign-in page. */
async function decided(
  sandbox: Sandbox,
  address: string,
  choice: { user: string; organisation: string } | null,
): Promise<URL> {
  const page = await fetch(address)
  const request = /name="request"[^>]*value="([^"]+)"/.exec(await page.text())?.[1] ?? ''
  const { origin, pathname } = new URL(page.url)
  const fields = choice ? { action: 'approve', ...choice } : { action: 'cancel' }
  return new URL(await sandbox.submit(`${origin}${pathname}/decide`, { request, ...fields }))
}

/** The faults of any bank provider, in words of ours. */
export type BankTrouble = 'bank_down' | 'rate_limited'

/** A bank provider's twin in the sandbox. */
export type BankTwin = {
  connector(): BankConnector
  /** A connector with credentials that the provider does not know. */
  stranger(): BankConnector
  /** The outcomes without an approval, each with its failure, or null where it looks like a session not done yet. */
  unfinished: Record<string, BankFailure['family'] | null>
  /** The status of an approval without an account, and what asking about an unknown session brings. */
  withoutAccounts: object
  unknown: object
  /** The pause after a 429 whose header says 20 s: some providers send no header. */
  pauseMs: number
  /** Decides on the provider's page. Returns the address to which the browser is sent back. */
  decide(address: string, action: string): Promise<URL>
  /** Makes reading the session's accounts fail, `times` times. */
  fault(
    trouble: BankTrouble,
    externalId: string,
    more?: { times?: number; retryAfterSeconds?: number },
  ): Promise<unknown>
  /** Closes the last account of a connection at its bank, or opens all again. */
  account(connectionId: string, act: 'close_account' | 'open_account'): Promise<unknown>
}

/** The twins of all bank providers, by name. */
export const BANK_TWINS: Record<string, (sandbox: Sandbox) => BankTwin> = {
  truelayer: (sandbox) => ({
    connector: () => sandbox.truelayer(),
    stranger: () => sandbox.truelayer({ clientSecret: 'wrong' }),
    unfinished: { cancel: null, refuse: null, bank_down: null, expire: null, signatory: null, approve_later: null },
    withoutAccounts: { state: 'authorised', accounts: [] },
    unknown: { kind: 'refused' },
    pauseMs: 20_000,
    decide: async (address, action) => {
      const { origin, pathname } = new URL(address)
      return new URL(await sandbox.submit(`${origin}${pathname}/decide`, { action }))
    },
    fault: (kind, match, more) => sandbox.fault({ provider: 'truelayer', operation: 'accounts', kind, match, ...more }),
    account: (id, action) => sandbox.control(`truelayer/connections/${id}`, { action }),
  }),
  plaid: (sandbox) => ({
    connector: () => sandbox.plaid(),
    stranger: () => sandbox.plaid({ secret: 'wrong' }),
    unfinished: {
      cancel: 'stopped',
      refuse: 'refused',
      bank_down: 'bank_down',
      signatory: null,
      approve_later: null,
    },
    withoutAccounts: { state: 'failed', failure: { family: 'no_accounts' } },
    unknown: { state: 'failed', failure: { family: 'stopped' } },
    pauseMs: 60_000,
    decide: async (address, action) => new URL(await sandbox.submit(`${address}/decide`, { action })),
    // A request for accounts names the Item by its secret alone: the fault takes the next one.
    fault: (kind, _externalId, more) => sandbox.fault({ provider: 'plaid', operation: 'accounts', kind, ...more }),
    account: (id, action) => sandbox.control(`plaid/items/${id}`, { action }),
  }),
}

/** Returns the names of the connectors that a process has which is configured for the sandbox. */
export async function setUpFor(sandbox: Sandbox): Promise<{ banks: string[]; ledgers: string[] }> {
  const environment = sandboxEnvironment(sandbox.url, {
    ...furtherProviders(sandbox.url),
    NODE_ENV: 'test',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    PUBLIC_URL: 'http://127.0.0.1:3999',
    LINK_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}`,
    SEAL_KEYS: `b:${Buffer.alloc(32, 2).toString('base64')}`,
    EMAIL_FROM: 'books@mail.embark.example',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  })
  const { commands, banks, ledgers } = openShared(readConfig(environment), createLogger('silent'))
  await Promise.allSettled([commands.db.close(), commands.engine.close()])
  const namesOf = (all: readonly { name: string }[]) => all.map(({ name }) => name).sort()
  return { banks: namesOf(banks.all), ledgers: namesOf(ledgers.all) }
}
