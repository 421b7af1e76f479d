import type { AgreedBy } from '../../domain/connections/renewal.ts'
import type { Person } from '../../domain/fields/person.ts'
import type { SetupGuide } from '../../domain/fields/setupGuide.ts'
import type { MemberRole } from '../../domain/rights.ts'
import type { Instant } from '../../domain/words/dates.ts'
import type { LastTry, SharedAccount } from '../../domain/words/sharing.ts'
import type { TakeOver } from '../../domain/words/takeOver.ts'

/** The practice as mails show it. `logoUrl` is absolute; `address` the postal address in one line. */
export type MailPractice = { name: string; address: string | null; colour: string | null; logoUrl: string | null }

/** The inputs that all mails to a client share. `zone` is the practice's IANA time zone; all URLs are absolute. */
export type ToClient = {
  practice: MailPractice
  /** The inviter's name; null after an invitation through an API key, and mails then name only the practice. */
  inviter: string | null
  organisation: string
  /** Set for a self-employed client, who is addressed as a person. Absent in older stored mails. */
  person?: Person | null
  zone: string
  recipient: { first: string | null; email: string }
  /** The page of this mail, `{public}/j/{token}`. The forms behind "not for you" are below it. */
  linkUrl: string
}

/** The request to the client: to connect a bank, or only to join. */
export type Asked = 'bank' | 'join'

/**
 * A bank whose access ends. `visit`: an approval at the bank is needed besides the yes. `missing`: accounts that cannot be
 * seen any more.
 */
export type EndingBank = {
  name: string
  accounts: number
  until: Instant
  visit: boolean
  missing: readonly SharedAccount[]
}

export type ClientMail = ToClient &
  (
    | {
        mail: 'invitation'
        asked: Asked
        /** The practice's reason for asking; null takes ours. */
        reasonBank: string | null
        /** True if the practice takes payments for this client. */
        payments?: boolean
        /** The inviter's own words. */
        message: string | null
        expiresAt: Instant
        /** The last three digits of the number that also got a text; null if none did. */
        textedLast3: string | null
      }
    /** Asks to be let in, because the person already has the business on Embark. */
    | { mail: 'access-request' }
    | { mail: 'access-reminder'; last: boolean; expiresAt: Instant }
    | { mail: 'reminder'; which: 'first' | 'further' | 'last'; asked: Asked; expiresAt: Instant; now: Instant }
    | {
        mail: 'after-accepting'
        step: 'bank' | 'books'
        /** The client's software; null while it is not known. */
        ledger: string | null
        acceptedAt: Instant
        lastTry: LastTry | null
      }
    /** Asks a client who shares these banks whether they are all. */
    | { mail: 'all-banks'; banks: readonly string[] }
    | { mail: 'new-link'; asked: Asked; askedBy: 'client' | 'practice'; expiresAt: Instant }
    | { mail: 'continue-link'; askedBy: 'client' | 'practice' }
    | { mail: 'another-bank' }
    | { mail: 'bank-back'; bankName: string; triedAt: Instant }
    /** Asks to confirm what banks share, the first to end first. `days`: how often the rules ask for it. */
    | { mail: 'renewal'; banks: readonly EndingBank[]; days: number; now: Instant }
    | { mail: 'access-ended'; bankName: string }
    /** Says that a colleague confirmed a bank for the client. */
    | {
        mail: 'confirmed-for-you'
        connectionId: string
        bankName: string
        colleague: string | null
        how: AgreedBy
        at: Instant
        until: Instant
      }
    | {
        mail: 'done'
        shared: { accounts: readonly SharedAccount[]; bankName: string; until: Instant | null } | null
        setupGuide: SetupGuide | null
      }
    | { mail: 'expired'; expiresAt: Instant }
    /** `connectedBank` names a bank that stays connected. */
    | { mail: 'withdrawn'; connectedBank: string | null }
  )

/** The inputs of all mails to staff. `first`: the contact's first name; `openUrl`: the client in the staff app. */
export type ToStaff = {
  practice: MailPractice
  organisation: string
  zone: string
  first: string | null
  openUrl: string
}

/** The kind of failed delivery, by what staff can do about it. */
type Undelivered = 'bounced' | 'blocked' | 'complained' | 'text-failed' | 'text-blocked' | 'unknown'

/** The kinds of notices without a template of their own. */
export type Happened = 'accepted' | 'books_connected' | 'waiting' | 'failed' | 'assigned' | 'support'

export type StaffMail = ToStaff &
  (
    | {
        mail: 'undelivered'
        kind: Undelivered
        channel: 'email' | 'sms'
        /** The address or number it went to. */
        address: string
        at: Instant
        reason: string | null
      }
    | {
        mail: 'bank-connected'
        bankName: string
        accounts: number
        at: Instant
        /** Time since the invitation, ms; null without one. */
        afterMs: number | null
        /** The situation, as the list shows it. */
        situation: string
      }
    | {
        mail: 'completed'
        bank: { name: string; accounts: number } | null
        ledger: string | null
        matched: number | null
        /** Time since the first invitation, ms; null without one. */
        afterMs: number | null
      }
    | { mail: 'declined'; reason: string | null; named: string | null }
    | { mail: 'expired'; expiresAt: Instant; touches: number; lastDelivery: 'delivered' | 'bounced' | null }
    | { mail: 'waiting'; situation: string; since: Instant }
    /** An event: `sentence` as in the timeline, `situation` as in the list. */
    | { mail: 'happened'; what: Happened; sentence: string; at: Instant; situation: string }
    | { mail: 'told'; about: 'open_again' | 'needs_link' | 'mistake' | 'already_linked' }
    | { mail: 'told'; about: 'which_bank' | 'uses_none' | 'not_my_company' | 'no_wish_to_share'; text: string | null }
    /** `text` names the bank or software, or the organisation in it. */
    | { mail: 'told'; about: 'stopped_sharing' | 'same_business'; text: string | null }
    | { mail: 'told'; about: 'not_the_right_person'; name: string | null; email: string | null }
  )

/** The changes of a sign-in that its owner gets a mail about. */
export type SignInChange = 'password' | 'second_factor_on' | 'second_factor_off' | 'recovery_codes'

/** The changes of a practice's security that its admins get a mail about; `name` is that of the API key. */
export type PracticeChange =
  | { what: 'api_key_made'; name: string }
  | {
      what: 'sign_on_changed' | 'sign_on_ended' | 'second_factor_required' | 'second_factor_free'
    }

/**
 * A mail about a person's own sign-in. `actionUrl` is the address of its button; `practice` is null if the mail is from
 * Embark itself.
 */
export type AccountMail = { email: string; actionUrl: string } & (
  | { mail: 'confirm-email'; practice: null }
  | { mail: 'reset-password'; practice: null }
  /** Reports wrong passwords for the address, the last at `at`, from the network address `from`. */
  | { mail: 'wrong-passwords'; practice: null; at: Instant; zone: string; from: string | null }
  /** The sign-in link of a client, requested at `askedAt`. */
  | { mail: 'sign-in-link'; practice: null; askedAt: Instant; zone: string }
  /** The invitation of a client user. */
  | {
      mail: 'user'
      practice: MailPractice
      organisation: string
      inviter: string | null
      role: 'business_admin' | 'member'
      expiresAt: Instant
      zone: string
    }
  /** Answers a sign-up with an address that has a sign-in already. */
  | { mail: 'known-email'; practice: null }
  | {
      mail: 'colleague'
      practice: MailPractice
      inviter: string | null
      role: MemberRole
      expiresAt: Instant
      zone: string
    }
  /** Reports a change of the person's own sign-in, `at` in UTC, because their zone is unknown. */
  | { mail: 'sign-in-changed'; practice: null; what: SignInChange; at: Instant }
  /** Reports a change of a practice's security by one of its admins. */
  | ({ mail: 'practice-changed'; practice: MailPractice; by: string; at: Instant; zone: string } & PracticeChange)
  /** Asks an admin, for support, to be let in for `hours`. */
  | { mail: 'support-asks'; practice: MailPractice; asker: string; hours: number }
  /** Asks a colleague to take over the clients of somebody's sign-in at accounting software. */
  | ({ mail: 'take-over'; practice: MailPractice } & TakeOver)
)

/** The inputs of a digest. Clients are in reading order; instants in `zone`. */
export type DigestMail = {
  mail: 'digest'
  practice: MailPractice
  zone: string
  now: Instant
  /** The number of clients that need the colleague, and the first of these: the longest waiting. */
  needing: number
  needs: { client: string; situation: string; since: Instant; url: string }[]
  /** The period: the day before, or on Mondays since Friday. */
  since: 'yesterday' | 'friday'
  was: { invited: number; accepted: number; banks: number; completed: number }
  /** The clients to name, by kind of notice. */
  named: { what: string; clients: string[] }[]
  will: { reminders: number; expiries: number }
  openUrl: string
  settingsUrl: string
}

/** The view of every mail; `mail` names the kind. Plain data, so that it can be frozen and rendered again. */
export type MailView = ClientMail | StaffMail | DigestMail | AccountMail
