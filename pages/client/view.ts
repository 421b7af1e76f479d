import { FORM_ABOUTS } from '../../domain/commands.ts'
import type { SetupGuide } from '../../domain/fields/setupGuide.ts'
import type { Instant } from '../../domain/words/dates.ts'
import type { Behind, HomeHint, OpenFoot, Practice } from './behind.ts'
import type {
  AddBankView,
  BankOutcomeView,
  BankStep,
  ConnectionView,
  RenewalView,
  ResumeBankView,
  ResumeBooksView,
  Shared,
  SharingView,
} from './connections/view.ts'
import type { PortalView } from './portal/view.ts'

export type InvitationView = Behind &
  OpenFoot & {
    page: 'invitation'
    /** The inviting colleague; null when an API key made the invitation. */
    inviter: string | null
    bank: BankStep
    /** The address with which they sign in already; null for a new person. */
    existing: string | null
  }

/** The invitation without a bank step for the client: it is only accepted, and nothing is shared. */
export type JoinView = Behind & OpenFoot & { page: 'join'; inviter: string | null; existing: string | null }

/** A request to be let in, to a client who keeps the business on Embark already. */
export type LetInView = Behind &
  OpenFoot & {
    page: 'let-in'
    existing: string | null
    /** The steps that the client connects once the practice is let in. */
    sees: { bank: boolean; books: boolean }
    /** Their organisations, to choose the same business from; empty unless they are signed in. */
    places: readonly { id: string; name: string; practice: string }[]
    suggested: string | null
  }

/** Invitations that need a sign-in, or the right one. */
export type AccountView =
  | (Behind & { page: 'existing-sign-in'; email: string })
  | (Behind & { page: 'wrong-account'; invited: string; current: string })

/** Dead and ended links. `canSend`: there is an address or number to which a new link can be sent. */
export type EndedView =
  | (Behind & {
      page: 'already-accepted'
      acceptedAt: Instant
      acceptedThrough: 'email' | 'sms' | 'link'
      /** The channel for a link to go on with; null when there is no address. */
      sendBy: 'email' | 'sms' | null
    })
  | (Behind & { page: 'expired'; expiredAt: Instant; sentBy: 'email' | 'sms' | 'link'; canSend: boolean })
  | (Behind & { page: 'new-link-asked' })
  | (Behind & { page: 'replaced'; replacedAt: Instant; canSend: boolean })
  | (Behind & { page: 'declined'; declinedAt: Instant; reason: string | null; canSend: boolean })
  /** `phone` is the practice's number. */
  | (Behind & {
      page: 'cancelled'
      connected: readonly { name: string }[]
      manageHref: string | null
      phone: string | null
    })
  | (Behind & { page: 'gave-up' })
  | (Behind & { page: 'finished'; completedAt: Instant; canSignIn: boolean; canSend: boolean })
  | { page: 'unknown-link' }

export type FormView =
  | (Behind & { page: 'wrong-company' })
  | (Behind & { page: 'wrong-person' })
  /** After acceptance the same form reports to the practice that the bank will not be shared. */
  | (Behind & { page: 'decline'; accepted: boolean })
  /** Shown instead of these three forms while something is shared: reporting stops nothing. */
  | (Behind & { page: 'still-sharing'; about: NoAbout; shared: readonly Shared[] })
  /** `accepted`: the client accepted before, and the link still works. `shared` is still shared after the report. */
  | (Behind & { page: 'told'; about: ReportAbout; accepted: boolean; shared: readonly Shared[] })
  /** `number` is formatted for people. */
  | (Behind & { page: 'texts-stopped'; number: string; emailWorks: boolean })

/** The reports that a client can send to the practice by `POST {base}/tell`, in the field `about`. */
export const REPORT_ABOUTS = [...FORM_ABOUTS, 'not_now'] as const
export type ReportAbout = (typeof REPORT_ABOUTS)[number]

/** The reports that say no to the practice. */
export const noAbouts = ['not_my_company', 'not_the_right_person', 'no_wish_to_share'] as const
export type NoAbout = (typeof noAbouts)[number]

export type DoneView = Behind & {
  page: 'done'
  /** The practice's next steps; blank lines separate paragraphs. */
  setupGuide: SetupGuide | null
  /** The shared connections, and the address to see and stop them; null hides the link. */
  shared: readonly Shared[]
  manageHref: string | null
  addHref: string | null
  hint: HomeHint
}

export type FaultView =
  | { page: 'too-many-tries'; practice: Practice | null; tryAt: Instant; zone: string; retryHref: string }
  | { page: 'our-fault'; practice: Practice | null; trace: string; retryHref: string }
  /** The database is unavailable for a moment. `sent`: a form was sent, and it is unknown whether it arrived. */
  | { page: 'busy'; practice: Practice | null; sent: boolean; retryHref: string }

/** The person who answers for personal data, if one is named, and the ways to reach the practice. */
export type PrivacyContact = { person: string | null; ways: readonly string[] }

export type AboutView =
  /**
   * `behind` is the link from which the person came, `contact` its practice's; `providers`: the legal names of the bank
   * connectors' companies.
   */
  | { page: 'privacy'; behind: Behind | null; contact: PrivacyContact | null; providers: readonly string[] }
  | { page: 'accessibility'; behind: Behind | null }
  /** An unknown address. `signedIn`: a colleague of a practice, who continues in the staff app. */
  | { page: 'no-page'; signedIn: boolean }

/** All pages of a client, told apart by `page`. */
export type ClientView =
  | InvitationView
  | JoinView
  | LetInView
  | ResumeBankView
  | AddBankView
  | ResumeBooksView
  | AccountView
  | EndedView
  | FormView
  | BankOutcomeView
  | ConnectionView
  | DoneView
  | RenewalView
  | SharingView
  | FaultView
  | AboutView
  | PortalView
