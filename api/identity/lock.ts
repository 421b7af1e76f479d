import { APIError } from 'better-auth/api'
import { sha256 } from '../../commands/invitations/linkTokens.ts'
import { hasSignIn } from '../../db/people/identity.ts'
import { findKnownPlaces } from '../../db/people/knownPlaces.ts'
import { countHit, forgetHits, readHits } from '../../db/rateLimit.ts'
import { networkOf } from '../network.ts'
import type { AuthConfig } from './auth.ts'

/** The most wrong passwords for one address from one place in the window; then the place waits for its end. */
const TRIES = 10
const WINDOW_MS = 15 * 60_000

/** The most wrong passwords for one address in a day from all places; then unknown networks wait. */
const TRIES_A_DAY = 100
const DAY_MS = 24 * 60 * 60_000

const ZONE = 'Europe/London'

/** The place from which a password is given. `browser`: the secret in the cookie of a browser that has signed in. */
export type Place = { address: string | null; browser: string | null }

/** Returns the hashes that identify a place: of the browser, if it has a secret, and of its network. */
export function hashesOf({ address, browser }: Place): { browser: Buffer | null; network: Buffer } {
  return {
    browser: browser === null ? null : sha256(`browser:${browser}`),
    network: sha256(`network:${networkOf(address)}`),
  }
}

type Lock = Pick<AuthConfig, 'db' | 'database' | 'mail' | 'publicUrl' | 'inBackground'>

/**
 * Creates the lock. It counts wrong passwords by address and place, over all processes, whether or not the address is
 * known. A guesser locks out their own place and not the owner: every network is counted separately, and so is a
 * browser with which the owner has signed in.
 */
export function createLock({ db, database, mail, publicUrl, inBackground }: Lock) {
  const keyOf = (email: string, place: Buffer) => `sign_in:${hashOf(email)}:${place.toString('base64url')}`
  const dayKeyOf = (email: string) => `sign_in_day:${hashOf(email)}`

  /** Returns the hash under which this place is counted, and whether the address has signed in from it. */
  async function standingOf(email: string, place: Place): Promise<{ counted: Buffer; isKnown: boolean }> {
    const { browser, network } = hashesOf(place)
    const known = await findKnownPlaces(database, email, browser ? [browser, network] : [network])
    const knows = (hash: Buffer) => known.some((one) => one.equals(hash))
    if (browser && knows(browser)) return { counted: browser, isKnown: true }
    return { counted: network, isKnown: knows(network) }
  }

  /** Mails the owner, once a day. */
  async function tellOwner(email: string, { address }: Place): Promise<void> {
    if (!(await hasSignIn(database, email))) return
    const { hits } = await countHit(db, `sign_in_told:${hashOf(email)}`, DAY_MS)
    if (hits > 1) return
    const actionUrl = `${publicUrl}/forgot`
    await mail({ mail: 'wrong-passwords', practice: null, email, actionUrl, at: Date.now(), zone: ZONE, from: address })
  }

  return {
    /** Counts an attempt before the password is compared, so that parallel ones count; throws if too many. */
    countTry: async (email: string, place: Place): Promise<void> => {
      const { counted, isKnown } = await standingOf(email, place)
      const { hits, resetsAt } = await countHit(db, keyOf(email, counted), WINDOW_MS)
      if (hits > TRIES) throw tooMany(resetsAt)
      if (isKnown) return
      const day = await readHits(db, dayKeyOf(email))
      if (day && day.hits >= TRIES_A_DAY) throw tooMany(day.resetsAt)
    },
    /** Resets the place's count after a right password. */
    forgetTries: async (email: string, place: Place): Promise<void> => {
      await forgetHits(db, keyOf(email, (await standingOf(email, place)).counted))
    },
    /** Counts a wrong password for the day, and mails the owner when it was the last one before a lock. */
    countWrong: async (email: string, place: Place): Promise<void> => {
      const day = await countHit(db, dayKeyOf(email), DAY_MS)
      const here = await readHits(db, keyOf(email, (await standingOf(email, place)).counted))
      if (day.hits >= TRIES_A_DAY || (here?.hits ?? 0) >= TRIES) inBackground(tellOwner(email, place))
    },
  }
}

const hashOf = (email: string): string => sha256(email.trim().toLowerCase()).toString('base64url')

function tooMany(resetsAt: number): APIError {
  const at = new Date(resetsAt).toISOString()
  return new APIError('TOO_MANY_REQUESTS', { code: 'TOO_MANY_TRIES', message: `Too many tries. Wait until ${at}.`, at })
}
