import type { Instant } from '../../../domain/words/dates.ts'
import type { Practice, Shared } from '../view.ts'

/** Whether somebody looks after the organisation's users. */
export type PortalRole = 'business_admin' | 'member'

/**
 * What an organisation shares with one practice. `base` is `/home/{organisation}`; `offers` is what can be connected
 * now, by name: a bank by none.
 */
export type HomeShare = {
  practice: string
  zone: string
  base: string
  role: PortalRole
  shared: readonly Shared[]
  offers: { bank: boolean; books: string | null }
}

/** One business, as the practice that it was with first calls it, and what it shares with each of its practices. */
export type HomeCard = { organisation: string; with: readonly [HomeShare, ...HomeShare[]] }

/** Somebody of the organisation, or invited. `address` is of mail, or a number as people write it. */
export type PortalUser = {
  id: string
  name: string | null
  address: string
  role: PortalRole
  state: 'active' | 'invited' | 'expired'
  isReader: boolean
}

/** What every page of one organisation's users says. */
type OfUsers = { practice: Practice; organisation: string; base: string; zone: string }

/** Why a form was not taken. */
export type PortalRefusal = 'last_admin' | 'already_member' | 'not_an_email' | 'too_soon' | 'practice_limit'

/** The pages of a returning client. */
export type PortalView =
  /** `ended`: they were signed in here, and no longer are. */
  | { page: 'home-sign-in'; refused: boolean; ended: boolean }
  | { page: 'sign-in-asked'; email: string }
  | { page: 'sign-in-as'; email: string; token: string }
  | { page: 'sign-in-ended' }
  /** `others` are the organisations that are not shown, where one is looked at alone. */
  | { page: 'home'; email: string; cards: readonly HomeCard[]; others: readonly { name: string; base: string }[] }
  | (OfUsers & { page: 'users'; users: readonly PortalUser[]; done: 'invited' | 'resent' | null })
  | (OfUsers & { page: 'manage-user'; user: PortalUser; refused: PortalRefusal | null })
  | (OfUsers & { page: 'invite-user'; refused: PortalRefusal | null; name: string; email: string })
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
