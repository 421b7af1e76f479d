import type { Person } from '../../domain/fields/person.ts'
import type { SetupGuide } from '../../domain/fields/setupGuide.ts'
import type { Instant } from '../../domain/words/dates.ts'
import type { LastTry, SharedAccount } from '../../domain/words/sharing.ts'

/** The practice as mails show it. `logoUrl` is absolute; `address` the postal address in one line. */
export type MailPractice = { name: string; address: string | null; colour: string | null; logoUrl: string | null }

/** Known in every mail to a client. `zone` is the practice's IANA time zone; all URLs are absolute. */
export type ToClient = {
  practice: MailPractice
  /** Who invited; null when it was done through an API key, and mails then name the practice alone. */
  inviter: string | null
  organisation: string
  /** Set for a self-employed client, who is addressed as a person. Absent in mails kept from before. */
  person?: Person | null
  zone: string
  recipient: { first: string | null; email: string }
  /** The page this mail leads to, `{public}/j/{token}`. The forms behind "not for you" hang below it. */
  linkUrl: string
}

/** What the client is asked for: to connect a bank, or only to join. */
export type Asked = 'bank' | 'join'

export type ClientMail = ToClient &
  (
    | {
        mail: 'invitation'
        asked: Asked
        /** The practice's reason for asking; null takes ours. */
        reasonBank: string | null
        /** The practice takes payments for this client. */
        payments?: boolean
        /** The inviter's own words. */
        message: string | null
        expiresAt: Instant
        /** Last three digits of the number a text went to; null when none did. */
        textedLast3: string | null
      }
    /** Asks to be let in: the person keeps the business on Embark already. */
    | { mail: 'access-request' }
    | { mail: 'access-reminder'; last: boolean; expiresAt: Instant }
    | { mail: 'reminder'; number: 1 | 2 | 3; asked: Asked; expiresAt: Instant; now: Instant }
    | { mail: 'after-accepting'; step: 'bank' | 'books'; acceptedAt: Instant; lastTry: LastTry | null }
    | { mail: 'new-link'; asked: Asked; askedBy: 'client' | 'practice'; expiresAt: Instant }
    | { mail: 'continue-link'; askedBy: 'client' | 'practice' }
    | { mail: 'bank-back'; bankName: string; triedAt: Instant }
    | {
        mail: 'done'
        shared: { accounts: readonly SharedAccount[]; bankName: string; until: Instant | null } | null
        setupGuide: SetupGuide | null
      }
    | { mail: 'expired'; expiresAt: Instant }
    /** `connectedBank` names a bank that stays connected. */
    | { mail: 'withdrawn'; connectedBank: string | null }
  )

/** Known in every mail to staff. `first` is the contact's first name; `openUrl` opens the client in the staff app. */
export type ToStaff = {
  practice: MailPractice
  organisation: string
  zone: string
  first: string | null
  openUrl: string
}

/** Why a message did not arrive, as far as staff must act on it. */
type Undelivered = 'bounced' | 'blocked' | 'complained' | 'text-failed' | 'text-blocked' | 'unknown'

/** What a mail of its own is for, where none says more of it. */
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
        /** What comes next, as the list says it. */
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
    /** Something happened: `sentence` as the log has it, `situation` what comes next. */
    | { mail: 'happened'; what: Happened; sentence: string; at: Instant; situation: string }
    | { mail: 'told'; about: 'open_again' | 'needs_link' | 'mistake' | 'already_linked' }
    | { mail: 'told'; about: 'which_bank' | 'uses_none' | 'not_my_company' | 'no_wish_to_share'; text: string | null }
    /** `text` names the bank or software, or the organisation in it. */
    | { mail: 'told'; about: 'stopped_sharing' | 'same_business'; text: string | null }
    | { mail: 'told'; about: 'not_the_right_person'; name: string | null; email: string | null }
  )

/** Changes of a sign-in that its owner is told of. */
export type SignInChange = 'password' | 'second_factor_on' | 'second_factor_off' | 'recovery_codes'

/** Changes of a practice's security that its admins are told of; `name` is that of the key. */
export type PracticeChange =
  | { what: 'api_key_made'; name: string }
  | {
      what: 'sign_on_changed' | 'sign_on_ended' | 'second_factor_required' | 'second_factor_free'
    }

/**
 * A mail about somebody's own sign-in. `actionUrl` is where its button leads; `practice` is null where it is of Embark
 * itself.
 */
export type AccountMail = { email: string; actionUrl: string } & (
  | { mail: 'confirm-email'; practice: null }
  | { mail: 'reset-password'; practice: null }
  /** Wrong passwords were given for the address, the last at `at`, from the network address `from`. */
  | { mail: 'wrong-passwords'; practice: null; at: Instant; zone: string; from: string | null }
  /** A client comes back. `askedAt` is when. */
  | { mail: 'sign-in-link'; practice: null; askedAt: Instant; zone: string }
  /** A further user of a client. */
  | {
      mail: 'user'
      practice: MailPractice
      organisation: string
      inviter: string | null
      role: 'business_admin' | 'member'
      expiresAt: Instant
      zone: string
    }
  /** Somebody asked for a sign-in at an address that has one. */
  | { mail: 'known-email'; practice: null }
  | {
      mail: 'colleague'
      practice: MailPractice
      inviter: string | null
      role: 'practice_admin' | 'client_admin' | 'standard'
      expiresAt: Instant
      zone: string
    }
  /** Something of somebody's own sign-in was changed, `at` in UTC: nobody knows their zone. */
  | { mail: 'sign-in-changed'; practice: null; what: SignInChange; at: Instant }
  /** Something of a practice's security was changed by one of its admins. */
  | ({ mail: 'practice-changed'; practice: MailPractice; by: string; at: Instant; zone: string } & PracticeChange)
  /** Support asks an admin to be let in for so many hours. */
  | { mail: 'support-asks'; practice: MailPractice; asker: string; hours: number }
)

/** What a colleague's day is about. Names of clients are in the order they are read; instants in `zone`. */
export type DigestMail = {
  mail: 'digest'
  practice: MailPractice
  zone: string
  now: Instant
  /** How many need them, and the first of these: those that wait longest. */
  needing: number
  needs: { client: string; situation: string; since: Instant; url: string }[]
  /** Looked back on is the day before, or on Mondays all since Friday. */
  since: 'yesterday' | 'friday'
  was: { invited: number; accepted: number; banks: number; completed: number }
  /** What they want to be told of by name. */
  named: { what: string; clients: string[] }[]
  will: { reminders: number; expiries: number }
  openUrl: string
  settingsUrl: string
}

/** Every mail the product sends; `mail` says which. Plain data, so that it can be frozen and rendered again. */
export type MailView = ClientMail | StaffMail | DigestMail | AccountMail
