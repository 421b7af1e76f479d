import type { Person } from '../../domain/fields/person.ts'
import type { SetupGuide } from '../../domain/fields/setupGuide.ts'
import type { Instant } from '../../domain/words/dates.ts'
import type { LastTry, PracticeWords, SharedAccount } from '../../domain/words/sharing.ts'
import type { BankAsk } from '../consent.ts'
import type { PortalView } from './portal/view.ts'

/** The practice as its clients see it. `colour` is `#rrggbb` or null; `logoSrc` a path on our own origin or null. */
export type Practice = { name: string; colour: string | null; logoSrc: string | null }

/**
 * Known on every page behind a link: `base` is `/j/{token}`, `zone` the practice's IANA time zone. `person` is set for a
 * self-employed client, who is addressed as a person.
 */
export type Behind = { practice: Practice; organisation: string; person: Person | null; zone: string; base: string }

/** One bank to choose. `troubleSince` is set while connections to it are failing; `mark` is its picture as a data URL. */
export type BankTile = { id: string; name: string; troubleSince: Instant | null; mark?: string | null }

/** Where somebody comes back to by themselves, as people type it, and with which address; null where none is known. */
export type HomeHint = { home: string; email: string | null }

/**
 * How the bank is chosen: on our tiles (suggested first, then the most used; the matches of `query`, or the usual ones
 * again where there are none (`isUnknown`); or all of them), or on the connector's own page, when it asks itself.
 */
export type BankChoice =
  | { by: 'tiles'; tiles: readonly BankTile[]; query: string | null; all: boolean; isUnknown?: boolean }
  | { by: 'connector' }

/** What the foot of a page that can still be answered needs. `textedNumber` is set when it was opened from a text. */
export type OpenFoot = {
  now: Instant
  /** Until when the link works; null when it has no end yet. */
  worksUntil: Instant | null
  textedNumber: string | null
}

/** The bank step on a page: what is asked, how it is chosen, and how many steps are the client's in all. */
export type BankStep = {
  ask: BankAsk
  choice: BankChoice
  words: PracticeWords
  steps: 1 | 2
  /** The page's absolute address for the QR code; null draws none. */
  qrUrl: string | null
}

/** A ledger a client may connect by themselves. */
export type LedgerTile = { id: string; name: string }

export type InvitationView = Behind &
  OpenFoot & {
    page: 'invitation'
    /** Who invites; null when the invitation was made through an API key. */
    inviter: string | null
    bank: BankStep
    /** The address they sign in with already; null for somebody new. */
    existing: string | null
  }

/** The invitation where the bank is not the client's to connect: nothing is shared, it is only accepted. */
export type JoinView = Behind &
  OpenFoot & { page: 'join'; inviter: string | null; steps: 0 | 1; existing: string | null }

/** A request to be let in, to somebody who keeps the business on Embark already. */
export type LetInView = Behind &
  OpenFoot & {
    page: 'let-in'
    existing: string | null
    /** What is theirs to connect once the practice is in. */
    sees: { bank: boolean; books: boolean }
    /** Their organisations, to say which is the same business; empty unless they are signed in. */
    places: readonly { id: string; name: string; practice: string }[]
    suggested: string | null
  }

export type ResumeBankView = Behind &
  OpenFoot & { page: 'resume-bank'; acceptedAt: Instant; lastTry: LastTry | null; bank: BankStep; booksDone: boolean }

export type ResumeBooksView = Behind &
  OpenFoot & {
    page: 'resume-books'
    words: PracticeWords
    ledgers: readonly LedgerTile[]
    steps: 1 | 2
    bankConnected: boolean
    lastTry: LastTry | null
    /** Where sharing can be seen and stopped; null offers nothing. */
    manageHref: string | null
  }

/** Invitations that are answered signed in, or not by whoever is. */
export type AccountView =
  | (Behind & { page: 'existing-sign-in'; email: string })
  | (Behind & { page: 'wrong-account'; invited: string; current: string })

/** Dead and ended links. `canSend`: there is an address or number that a new link can be sent to. */
export type EndedView =
  | (Behind & {
      page: 'already-accepted'
      acceptedAt: Instant
      acceptedThrough: 'email' | 'sms' | 'link'
      /** How a link to go on with is sent; null where there is no address to send it to. */
      sendBy: 'email' | 'sms' | null
    })
  | (Behind & { page: 'expired'; expiredAt: Instant; sentBy: 'email' | 'sms' | 'link'; canSend: boolean })
  | (Behind & { page: 'new-link-asked' })
  | (Behind & { page: 'replaced'; replacedAt: Instant; canSend: boolean })
  | (Behind & { page: 'declined'; declinedAt: Instant; reason: string | null; canSend: boolean })
  | (Behind & { page: 'cancelled'; connected: readonly { name: string }[]; manageHref: string | null })
  | (Behind & { page: 'gave-up' })
  | (Behind & { page: 'finished'; completedAt: Instant; canSignIn: boolean; canSend: boolean })
  | { page: 'unknown-link' }

export type FormView =
  | (Behind & { page: 'wrong-company' })
  | (Behind & { page: 'wrong-person' })
  /** After acceptance the same form tells the practice that the bank will not be shared. */
  | (Behind & { page: 'decline'; accepted: boolean })
  /** Instead of these three, while something is shared: telling the practice stops nothing. */
  | (Behind & { page: 'still-sharing'; about: NoAbout; shared: readonly Shared[] })
  /** `accepted`: by whoever accepted before, whose link goes on working. `shared` is what is shared all the same. */
  | (Behind & { page: 'told'; about: TellAbout; accepted: boolean; shared: readonly Shared[] })
  /** `number` as people write it. */
  | (Behind & { page: 'texts-stopped'; number: string; emailWorks: boolean })

/** What a client can tell the practice by `POST {base}/tell`, in its field `about`. */
export const tellAbouts = [
  'open_again',
  'needs_link',
  'mistake',
  'which_bank',
  'uses_none',
  'not_my_company',
  'not_the_right_person',
  'no_wish_to_share',
  'already_linked',
  'not_now',
] as const
export type TellAbout = (typeof tellAbouts)[number]

/** What says no to the practice. */
export const noAbouts = ['not_my_company', 'not_the_right_person', 'no_wish_to_share'] as const
export type NoAbout = (typeof noAbouts)[number]

/** How a try at the bank ended. `bankId` is the value the bank's tile posts. */
export type BankOutcomeView = Behind & { bankName: string; bankId: string } & (
    | { page: 'bank-not-started'; connector: string; worksUntil: Instant | null }
    /** They left for the bank and nobody has come back. `checked`: it was asked just now, and had no approval. */
    | { page: 'bank-left'; leftAt: Instant; checked: boolean }
    | { page: 'bank-stopped' }
    | { page: 'bank-too-long' }
    | { page: 'bank-refused'; reason: string | null }
    /** `outage`: several clients meet it. `tellBy`: how they hear when it works again; null where nothing reaches them. */
    | { page: 'bank-down'; outage: boolean; tellBy: 'email' | 'sms' | null }
    | { page: 'bank-no-accounts' }
    | { page: 'bank-processing' }
    | { page: 'bank-signatory' }
    /** A yes is missing and is asked for in another browser: where they set out, or where the bank sent them back. */
    | { page: 'bank-asked-elsewhere'; where: 'start' | 'back' }
    /** Nobody said yes in time. */
    | { page: 'bank-forgotten'; connector: string }
    | {
        page: 'bank-connected'
        accounts: readonly SharedAccount[]
        sharedUntil: Instant | null
        /** Who connects the accounting software next; null when nobody has to. */
        booksNext: 'client' | 'practice' | null
        manageHref: string | null
        hint: HomeHint
      }
  )

/** What a connection page knows: the session in the path, who asks and for which organisation. */
export type InSession = {
  practice: Practice
  organisation: string
  person: Person | null
  zone: string
  session: string
  /** `/j/{token}` for the browser that a client set out with; null for others, and on connections that staff make. */
  base: string | null
  byStaff: boolean
  /** Where a colleague came from in the app; null for everybody else. */
  back?: string | null
}

/** The pages of one connection, `/connect/{session}`. `target` is the bank's or the ledger's name. */
export type ConnectionView =
  | (InSession & { page: 'connect'; kind: 'bank'; target: string; ask: BankAsk; words: PracticeWords })
  | (InSession & { page: 'connect'; kind: 'books'; target: string; words: PracticeWords })
  /** `bank` says that it was approved, but nobody came back; null where this browser came back and is another one. */
  | (InSession & { page: 'confirm-return'; bank: string | null })
  /** Of a return that nobody knows, the practice is null. */
  | { page: 'late-return'; practice: Practice | null; base: string | null }
  /** A return that only the browser which set out can be told of. */
  | { page: 'return-elsewhere'; practice: null }
  | (InSession & {
      page: 'choose-organisation'
      reached: readonly { id: string; name: string; detail: string | null }[]
    })
  | (InSession & { page: 'wrong-organisation'; chosen: string })
  /** The client says that it is the same business; the practice looks. */
  | (InSession & { page: 'books-being-checked'; chosen: string })
  /** `role` is who may connect apps in that ledger; `colleagueUrl` an absolute address a colleague can open. */
  | (InSession & { page: 'books-permission'; ledger: string; role: string; colleagueUrl: string | null })
  | (InSession & { page: 'books-already-linked'; linked: string })
  | (InSession & { page: 'books-stopped'; ledger: string })
  | (InSession & { page: 'books-nothing-chosen'; ledger: string })
  /** The ledger refuses Embark itself: no sign-in of anybody's helps before an operator has acted. */
  | (InSession & { page: 'books-refused-us'; ledger: string; colleagueUrl: string | null })
  | (InSession & { page: 'books-not-started'; ledger: string })
  /** Whoever set out came back too late, or not at all. */
  | (InSession & { page: 'books-too-long'; ledger: string })
  | (Omit<InSession, 'session'> & { page: 'books-connected'; ledger: string; bankNext: boolean })

export type DoneView = Behind & {
  page: 'done'
  /** What the practice says next; blank lines separate paragraphs. */
  setupGuide: SetupGuide | null
  /** What is shared, and where it can be seen and stopped; null offers nothing. */
  shared: readonly Shared[]
  manageHref: string | null
  hint: HomeHint
}

/** One connection that stands. `name` is the bank or the software. */
export type Shared = {
  id: string
  name: string
  kind: 'bank' | 'books'
  accounts: readonly SharedAccount[]
  until: Instant | null
}

export type SharingView =
  | (Behind & { page: 'sharing'; shared: readonly Shared[] })
  | (Behind & { page: 'stop-sharing'; shared: Shared })
  | (Behind & { page: 'sharing-stopped'; bankName: string; stoppedAt: Instant; alsoRemoveAt: string | null })
  /** The link again, after whoever holds it stopped sharing the bank. `canAgain`: it can be connected again. */
  | (Behind & { page: 'stopped-before'; bankName: string; stoppedAt: Instant; canAgain: boolean; manageHref: string })

export type FaultView =
  | { page: 'too-many-tries'; practice: Practice | null; tryAt: Instant; zone: string; retryHref: string }
  | { page: 'our-fault'; practice: Practice | null; trace: string; retryHref: string }
  /** The database is away for a moment. `sent`: a form was sent, and nobody knows yet whether it arrived. */
  | { page: 'busy'; practice: Practice | null; sent: boolean; retryHref: string }

export type AboutView =
  /** `behind` is the link somebody came from; `provider` the legal name of whoever connects banks. */
  | { page: 'privacy' | 'accessibility'; behind: Behind | null; provider: string }
  /** An address that nothing is behind. `signedIn`: a colleague of a practice, who goes on in the staff app. */
  | { page: 'no-page'; signedIn: boolean }

/** Every page a client can meet; `page` says which. */
export type ClientView =
  | InvitationView
  | JoinView
  | LetInView
  | ResumeBankView
  | ResumeBooksView
  | AccountView
  | EndedView
  | FormView
  | BankOutcomeView
  | ConnectionView
  | DoneView
  | SharingView
  | FaultView
  | AboutView
  | PortalView
