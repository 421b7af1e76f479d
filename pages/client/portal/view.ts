import type { Instant } from '../../../domain/words/dates.ts'
import type { Practice } from '../behind.ts'
import type { Shared } from '../connections/view.ts'

/** The role of a client user; a Business Admin manages the organisation's users. */
export type PortalRole = 'business_admin' | 'member'

/**
 * The data that an organisation shares with one practice. `base` is `/home/{organisation}`. `offers`: whether a bank
 * can be connected now or added to others, whether the client is asked if these are `all`, and the ledger, by name.
 */
export type HomeShare = {
  practice: string
  zone: string
  base: string
  role: PortalRole
  shared: readonly Shared[]
  offers: { bank: boolean; another: boolean; all: boolean; books: string | null }
}

/** One business, named as its first practice names it, and its sharing with each of its practices. */
export type HomeCard = { organisation: string; with: readonly [HomeShare, ...HomeShare[]] }

/** A user or invited person of the organisation. `address` is an e-mail address, or a number for people. */
export type PortalUser = {
  id: string
  name: string | null
  address: string
  role: PortalRole
  state: 'active' | 'invited' | 'expired'
  isReader: boolean
}

/** The fields of every page about one organisation. */
type OfOrganisation = { practice: Practice; organisation: string; base: string; zone: string }

/** The reason for which a form was refused. */
export type PortalRefusal = 'last_admin' | 'already_member' | 'not_an_email' | 'too_soon' | 'practice_limit'

/** The way to connect accounting software: by these tiles, by another user, by the practice alone, or none. */
export type IntegrationsWay =
  | { is: 'tiles'; ledgers: readonly { id: string; name: string }[] }
  | { is: 'another'; admin: string }
  | { is: 'practice' | 'nothing' }

/** The pages of a returning client. */
export type PortalView =
  /** `ended`: the client's session has ended. */
  | { page: 'home-sign-in'; refused: boolean; ended: boolean }
  | { page: 'sign-in-asked'; email: string }
  | { page: 'sign-in-as'; email: string; token: string }
  | { page: 'sign-in-ended' }
  /** `others` are the organisations that are not shown because the page shows a single one. */
  | { page: 'home'; email: string; cards: readonly HomeCard[]; others: readonly { name: string; base: string }[] }
  | (OfOrganisation & {
      page: 'integrations'
      role: PortalRole
      /** `by`: who connected it, if that is known. */
      connected: { id: string; ledger: string; organisation: string | null; by: string | null; at: Instant } | null
      way: IntegrationsWay
    })
  | (OfOrganisation & { page: 'users'; users: readonly PortalUser[]; done: 'invited' | 'resent' | null })
  | (OfOrganisation & { page: 'manage-user'; user: PortalUser; refused: PortalRefusal | null })
  | (OfOrganisation & { page: 'invite-user'; refused: PortalRefusal | null; name: string; email: string })
  | {
      page: 'join-users'
      practice: Practice
      organisation: string
      inviter: string | null
      role: PortalRole
      expiresAt: Instant
      zone: string
      token: string
    }
  | { page: 'joined-users'; practice: Practice; organisation: string; email: string }
  | { page: 'join-ended'; practice: Practice | null }
