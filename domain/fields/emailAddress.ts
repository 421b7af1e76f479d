/** A typed e-mail address: lower case, without outer blanks, with plus-tags; or not ok. */
export type EmailAddress = { ok: true; email: string } | { ok: false }

const longestAddress = 254
const longestLocalPart = 64
const localPartPattern = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const labelPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Normalises a typed address. Refuses blanks inside, a missing or second @, a domain without a dot, leading, trailing
 * or doubled dots, and more than 254 characters. Does not tell if the mailbox exists.
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

/** Returns true if a normalised address names itself unread: `no-reply@…`, `donotreply+7@…`. */
export const isNoReply = (email: string): boolean => /^(no|do[._-]?not)[._-]?reply([._+-].*)?@/.test(email)

/**
 * Common mail domains in the United Kingdom, in which typing errors are frequent. Short names are left out, because too
 * many businesses have a domain one letter away.
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

/** Real mail domains that are one typing error away from a common one. */
const realNeighbours = new Set(['mail.com', 'email.com', 'ymail.com', 'fmail.com', 'cloud.com'])

const endings: readonly [wrong: RegExp, right: string][] = [
  [/\.(con|cmo|ocm|comm|vom|xom|cpm|c0m)$/, '.com'],
  [/\.(couk|co\.ku|co\.k|co\.u|c\.uk|cp\.uk|xo\.uk|vo\.uk|coo\.uk|co\.ukk)$/, '.co.uk'],
]

/**
 * Returns the address that the writer probably meant, for "Did you mean …?", or null. Takes a normalised address.
 * Corrects only common domains and the endings .com and .co.uk, never the part before the @.
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

/** Returns true if the texts differ by one added, missing or wrong letter, or by two swapped neighbours. */
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

/** Returns true if unrelated people have addresses of this normalised domain. */
export const isSharedDomain = (domain: string): boolean => commonDomains.includes(domain) || realNeighbours.has(domain)
