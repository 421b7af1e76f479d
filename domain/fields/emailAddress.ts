/** A typed e-mail address: lower-case, without outer blanks, plus-tags kept; or not an address. */
export type EmailAddress = { ok: true; email: string } | { ok: false }

const longestAddress = 254
const longestLocalPart = 64
const localPartPattern = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const labelPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads a typed address. Refuses blanks inside, a missing or second @, a domain without a dot, dots that lead, trail or
 * follow each other, and more than 254 characters. Whether the mailbox exists only a sent mail can tell.
 */
export function normaliseEmail(text: string): EmailAddress {
  const email = text.trim().toLowerCase()
  const at = email.lastIndexOf('@')
  const labels = email.slice(at + 1).split('.')
  const topLevel = labels.at(-1) ?? ''
  const fits =
    email.length <= longestAddress &&
    at > 0 &&
    at <= longestLocalPart &&
    localPartPattern.test(email.slice(0, at)) &&
    labels.length > 1 &&
    labels.every((label) => labelPattern.test(label)) &&
    /^([a-z]{2,}|xn--[a-z0-9-]+)$/.test(topLevel)
  return fits ? { ok: true, email } : { ok: false }
}

/** Returns true if nobody reads what is sent to a normalised address, as its name says: `no-reply@…`, `donotreply+7@…`. */
export const isNoReply = (email: string): boolean => /^(no|do[._-]?not)[._-]?reply([._+-].*)?@/.test(email)

/**
 * Mail domains that many people in the United Kingdom have, and that are therefore often mistyped. Short names stay out:
 * too many businesses lie one letter away from them.
 */
const commonDomains = [
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'hotmail.co.uk',
  'outlook.com',
  'yahoo.com',
  'yahoo.co.uk',
  'icloud.com',
  'btinternet.com',
  'talktalk.net',
  'virginmedia.com',
  'blueyonder.co.uk',
  'ntlworld.com',
  'protonmail.com',
]

/** Real mail domains that lie one slip away from a common one. */
const realNeighbours = new Set(['mail.com', 'email.com', 'ymail.com', 'fmail.com', 'cloud.com'])

const endings: readonly [wrong: RegExp, right: string][] = [
  [/\.(con|cmo|ocm|comm|vom|xom|cpm|c0m)$/, '.com'],
  [/\.(couk|co\.ku|co\.k|co\.u|c\.uk|cp\.uk|xo\.uk|vo\.uk|coo\.uk|co\.ukk)$/, '.co.uk'],
]

/**
 * The address its writer probably meant, for the question "Did you mean …?", or null. Takes a normalised address;
 * looks only for slips in common domains and in the endings .com and .co.uk, and never changes the part before the @.
 */
export function suggestEmail(email: string): string | null {
  const at = email.lastIndexOf('@')
  const domain = email.slice(at + 1)
  if (at < 1 || commonDomains.includes(domain) || realNeighbours.has(domain)) return null
  const mended = endings.reduce((text, [wrong, right]) => text.replace(wrong, right), domain)
  const meant = commonDomains.includes(mended) ? mended : (nearestCommon(mended) ?? mended)
  return meant === domain ? null : `${email.slice(0, at)}@${meant}`
}

function nearestCommon(domain: string): string | null {
  return commonDomains.find((common) => isOneSlipApart(domain, common)) ?? null
}

/** Whether one letter was added, left out or mistaken, or two neighbours were swapped. */
function isOneSlipApart(typed: string, meant: string): boolean {
  if (Math.abs(typed.length - meant.length) > 1) return false
  let start = 0
  while (start < typed.length && typed[start] === meant[start]) start++
  const typedRest = typed.slice(start)
  const meantRest = meant.slice(start)
  return (
    typedRest.slice(1) === meantRest ||
    typedRest === meantRest.slice(1) ||
    typedRest.slice(1) === meantRest.slice(1) ||
    (typedRest[0] === meantRest[1] && typedRest[1] === meantRest[0] && typedRest.slice(2) === meantRest.slice(2))
  )
}

/** Whether addresses of this domain belong to all sorts of people. Takes a normalised domain. */
export const isSharedDomain = (domain: string): boolean => commonDomains.includes(domain) || realNeighbours.has(domain)
