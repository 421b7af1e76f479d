import type { Person } from '../../../domain/fields/person.ts'
import type { Instant } from '../../../domain/words/dates.ts'
import type { LastTry, PracticeWords, SharedAccount } from '../../../domain/words/sharing.ts'
import type { BankAsk } from '../../consent.ts'
import type { Behind, HomeHint, OpenFoot, Practice } from '../behind.ts'

/**
 * One bank to choose. `failsSince` is set while connections to it fail; `shared`: it is shared already; `mark` is its
 * picture as a data URL.
 */
export type BankTile = {
  id: string
  name: string
  failsSince: Instant | null
  shared?: { until: Instant | null }
  mark?: string | null
}

/**
 * The way the bank is chosen. On our tiles: the suggested banks first, then the most used ones; or the matches of
 * `query`, or again the usual banks when there are no matches (`isUnknown`); or all of them. Or on the connector's own
 * page.
 */
export type BankChoice =
  | { by: 'tiles'; tiles: readonly BankTile[]; query: string | null; all: boolean; isUnknown?: boolean }
  | { by: 'connector' }

/** The bank step on a page: the consent asked for, the choice of bank, and the number of the client's steps. */
export type BankStep = {
  ask: BankAsk
  choice: BankChoice
  words: PracticeWords
  steps: 1 | 2
  /** The page's absolute address for the QR code; null draws none. */
  qrUrl: string | null
}

/** A ledger that a client may connect themselves. */
export type LedgerTile = { id: string; name: string }

export type ResumeBankView = Behind &
  OpenFoot & { page: 'resume-bank'; acceptedAt: Instant; lastTry: LastTry | null; bank: BankStep; booksDone: boolean }

/**
 * `asked`: the banks that the practice asked for by name. `left`: the client went to a bank and did not come back.
 * `shared`: the banks that stay as they are.
 */
export type AddBankView = Behind &
  OpenFoot & {
    page: 'add-bank'
    asked: readonly { name: string }[]
    lastTry: LastTry | null
    left: { bank: string; at: Instant } | null
    shared: readonly { name: string }[]
    /** The address that leaves it for now; null while nothing else is left to do. */
    notNow: string | null
    bank: BankStep
  }

export type ResumeBooksView = Behind &
  OpenFoot & {
    page: 'resume-books'
    words: PracticeWords
    /** The client's own software first, if `usual`: the page asks for that one. */
    ledgers: readonly LedgerTile[]
    usual: boolean
    steps: 1 | 2
    bankConnected: boolean
    lastTry: LastTry | null
    /** The address to see and stop sharing; null hides the link. */
    manageHref: string | null
  }

/**
 * The outcome of a session at the bank. `bankId` is the value that the bank's tile posts. `shared`: the other banks, which
 * stay shared; absent while the bank step waits for its first. `asksIfAll`: the client has not said that these are all.
 */
export type BankOutcomeView = Behind & {
  bankName: string
  bankId: string
  shared?: readonly { name: string }[]
  asksIfAll?: boolean
} & (
    | { page: 'bank-not-started'; connector: string; worksUntil: Instant | null }
    /** They left for the bank and have not come back. `checked`: the provider was just polled, and had no approval. */
    | { page: 'bank-left'; leftAt: Instant; checked: boolean }
    /** They came back, and the provider does not say yet whether they approved. */
    | { page: 'bank-processing'; checked: boolean }
    | { page: 'bank-stopped' }
    | { page: 'bank-too-long' }
    | { page: 'bank-refused'; reason: string | null }
    /** `outage`: several clients are affected. `tellBy`: the channel for the news that it works again, or null. */
    | { page: 'bank-down'; outage: boolean; tellBy: 'email' | 'sms' | null }
    | { page: 'bank-no-accounts' }
    | { page: 'bank-signatory' }
    /** A confirmation is asked for in another browser: the one that started, or the one the bank returned to. */
    | { page: 'bank-asked-elsewhere'; where: 'start' | 'back' }
    /** The confirmation did not come in time. */
    | { page: 'bank-forgotten'; connector: string }
    | {
        page: 'bank-connected'
        accounts: readonly SharedAccount[]
        sharedUntil: Instant | null
        /** The other shared banks, while the client is asked whether these are all. */
        others?: readonly Shared[]
        /** The side that connects the accounting software next; null when none has to. */
        booksNext: 'client' | 'practice' | null
        manageHref: string | null
        /** The address to add another bank; null if none can be added. */
        addHref: string | null
        hint: HomeHint
      }
  )

/** The fields of a connection page: the session in the path, the practice and the organisation. */
export type InSession = {
  practice: Practice
  organisation: string
  person: Person | null
  zone: string
  session: string
  /** `/j/{token}` in the browser in which the client started; null in others, and for connections that staff make. */
  base: string | null
  byStaff: boolean
  /** The address in the app from which a colleague came; null for clients. */
  back?: string | null
}

/** The pages of one connection, `/connect/{session}`. `target` is the name of the bank or ledger. */
export type ConnectionView =
  | (InSession & { page: 'connect'; kind: 'bank'; target: string; ask: BankAsk; words: PracticeWords })
  | (InSession & { page: 'connect'; kind: 'books'; target: string; words: PracticeWords })
  /** `bank` approved, but the browser did not return; null when another browser than the starting one returned. */
  | (InSession & { page: 'confirm-return'; bank: string | null })
  /** The practice is null for an unknown return. */
  | { page: 'late-return'; practice: Practice | null; base: string | null }
  /** A return whose outcome only the starting browser may see. */
  | { page: 'return-elsewhere'; practice: null }
  | (InSession & {
      page: 'choose-organisation'
      reached: readonly { id: string; name: string; detail: string | null }[]
    })
  | (InSession & { page: 'wrong-organisation'; chosen: string })
  /** The client says that it is the same business; the practice checks. */
  | (InSession & { page: 'books-being-checked'; chosen: string; bankNext: boolean })
  /** `colleagueUrl` is an absolute address for a colleague. */
  | (InSession & { page: 'books-permission'; ledger: string; why: string | null; colleagueUrl: string | null })
  | (InSession & { page: 'books-already-linked'; linked: string })
  | (InSession & { page: 'books-stopped'; ledger: string })
  | (InSession & { page: 'books-nothing-chosen'; ledger: string })
  /** The ledger refuses Embark itself: no sign-in helps until an operator acts. */
  | (InSession & { page: 'books-refused-us'; ledger: string; colleagueUrl: string | null })
  | (InSession & { page: 'books-not-started'; ledger: string })
  /** The person came back too late, or not at all. */
  | (InSession & { page: 'books-too-long'; ledger: string })
  | (Omit<InSession, 'session'> & { page: 'books-connected'; ledger: string; bankNext: boolean })

/** One active connection. `name` is the bank or the software. */
export type Shared = {
  id: string
  name: string
  kind: 'bank' | 'books'
  accounts: readonly SharedAccount[]
  until: Instant | null
}

/**
 * A bank whose consent ends or has ended, or has no end yet (`until` null). `newUntil`: the end after a yes; `answer`: what
 * its box posts.
 */
export type EndingBank = {
  id: string
  name: string
  accounts: readonly SharedAccount[]
  /** Those that were shared before and cannot be seen any more. */
  missing: readonly SharedAccount[]
  until: Instant | null
  newUntil: Instant
  way: 'confirm' | 'visit' | 'reconnect'
  isOver: boolean
  ask: BankAsk
  answer: string
}

export type RenewalView =
  /** `isUnticked`: the form came without a tick. */
  | (Behind & {
      page: 'keep-sharing'
      banks: readonly EndingBank[]
      words: PracticeWords
      isUnticked: boolean
      /** The instant at which the accounts named as missing were so. */
      asOf: Instant
      /** The one bank that is asked for anew, and who shared it before. */
      again?: { id: string; by: string | null; at: Instant }
    })
  /** `next` names another bank that waits for an answer. */
  | (Behind & { page: 'kept'; bank: EndingBank; next: string | null; asksIfAll?: boolean; hint: HomeHint })
  | (Behind & { page: 'kept-before'; bank: EndingBank; at: Instant; by: string | null; hint: HomeHint })
  /** The bank does not show accounts any more that were shared before. `asOf`: the instant at which these were missing. */
  | (Behind & { page: 'account-missing'; bank: EndingBank; missing: readonly SharedAccount[]; asOf: Instant })
  /** They came back from the bank without having finished. */
  | (Behind & { page: 'not-kept'; bank: EndingBank })
  | (Behind & { page: 'keep-later'; remindAt: Instant | null; until: Instant })

export type SharingView =
  | (Behind & { page: 'sharing'; shared: readonly Shared[] })
  | (Behind & { page: 'stop-sharing'; shared: Shared })
  | (Behind & { page: 'sharing-stopped'; bankName: string; stoppedAt: Instant; alsoRemoveAt: string | null })
  /** The link again, after the client stopped sharing the bank. `canAgain`: it can be connected again. */
  | (Behind & { page: 'stopped-before'; bankName: string; stoppedAt: Instant; canAgain: boolean; manageHref: string })
