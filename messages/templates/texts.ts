import { type Instant, textInstant } from '../../domain/words/dates.ts'
import { isGsm, isOneText, toGsm } from './gsm.ts'
import { unlinkedGsm } from './unlinked.ts'

/** The inputs of all texts. `isPerson`: self-employed. `link`: at most 52 characters, with the token at its end. */
export type TextShared = { practice: string; organisation: string; isPerson?: boolean; link: string }

/** The inputs of every text; `text` names the kind. `zone` is the practice's IANA time zone. */
export type TextView = TextShared &
  (
    | {
        text: 'invitation' | 'join' | 'reminder' | 'join-reminder' | 'last-reminder' | 'new-link'
        expiresAt: Instant
        zone: string
      }
    | { text: 'after-accepting'; step: 'bank' | 'books'; ledger: string | null }
    | { text: 'bank-back' | 'confirmed-for-you'; bankName: string }
    /** `bankName`: null for several banks. */
    | { text: 'access-ended'; bankName: string | null }
    | { text: 'renewal'; bankName: string | null; expiresAt: Instant; zone: string }
    | { text: 'another-bank' | 'all-banks' }
  )

/** The greatest length of a link with which the longest names still fit. */
const longestLink = 52

/**
 * Returns the body of a text: GSM characters only, at most 160, so that it is one message. Names are transliterated,
 * then cut. Throws a RangeError if the link has more than 52 characters or one outside the GSM alphabet.
 */
export function renderText(view: TextView): string {
  if (view.link.length > longestLink || !isGsm(view.link)) {
    throw new RangeError(`a link in a text has at most ${longestLink} plain characters, this has ${view.link.length}`)
  }
  const body = textSentence(view, {
    practice: cut(view.practice, 18) || 'Your accountant',
    organisation: cut(view.organisation, 24) || 'your business',
  })
  if (!isOneText(body)) throw new RangeError(`a body of ${body.length} characters is more than one text`)
  return body
}

function textSentence(view: TextView, { practice, organisation }: { practice: string; organisation: string }): string {
  const { link } = view
  const bank = 'bankName' in view ? cut(view.bankName ?? '', 18) : ''
  const by = 'expiresAt' in view ? textInstant(view.expiresAt, view.zone) : ''
  switch (view.text) {
    case 'invitation':
      return view.isPerson
        ? `${practice}: please connect your bank: ${link} by ${by}. Unsure? Call us first.`
        : `${practice}: join ${organisation}, connect its bank: ${link} by ${by}. Unsure? Call us.`
    case 'join':
      return view.isPerson
        ? `${practice}: please accept our invitation: ${link} by ${by}. Unsure? Call us first.`
        : `${practice}: join ${organisation}: ${link} by ${by}. Unsure? Call us first.`
    case 'reminder':
      return view.isPerson
        ? `${practice}: we still need your bank, 2 minutes: ${link} by ${by}`
        : `${practice}: ${organisation} still needs its bank, 2 minutes: ${link} by ${by}`
    case 'join-reminder':
      return view.isPerson
        ? `${practice}: our invitation still waits for you: ${link} by ${by}`
        : `${practice}: ${organisation} still needs you to join: ${link} by ${by}`
    case 'last-reminder':
      return `${practice}: last reminder. Your link${view.isPerson ? '' : ` for ${organisation}`} ends ${by}: ${link}`
    case 'new-link':
      return `${practice}: new link${view.isPerson ? '' : ` for ${organisation}`}, older ones no longer work: ${link} by ${by}`
    case 'after-accepting':
      if (view.isPerson) {
        return view.step === 'bank'
          ? `${practice}: one step left, connect your bank: ${link}`
          : `${practice}: last step, ${booksOf(view.ledger)}: ${link}`
      }
      return view.step === 'bank'
        ? `${practice}: one step left for ${organisation}, connect its bank: ${link}`
        : `${practice}: last step for ${organisation}, ${booksOf(view.ledger)}: ${link}`
    case 'another-bank':
      return `${practice} asks you to share another bank${view.isPerson ? '' : ` for ${organisation}`}: ${link}`
    case 'all-banks':
      return view.isPerson
        ? `${practice}: are these all your banks? Say so, or add another: ${link}`
        : `${practice}: are these all the banks of ${organisation}? Say so, or add another: ${link}`
    case 'bank-back':
      return `${practice}: ${bank || 'Your bank'} is working again. Connect ${view.isPerson ? 'your bank' : organisation}: ${link}`
    case 'renewal':
      return `${practice}: keep sharing ${bankOf(view, 20)}? Yes or no by ${by}: ${link}`
    case 'confirmed-for-you':
      return `${practice} confirmed sharing ${bank || 'your bank'} for ${view.isPerson ? 'you' : organisation}. Not right? Stop it: ${link}`
    case 'access-ended':
      return `${practice}: sharing ${bankOf(view, 24)} has ended. Share again: ${link}`
  }
}

/** Returns the bank with whose it is: `Northgate Bank`, `your banks`; of a business `Harbour Bakery's Northgate Bank`. */
function bankOf({ bankName, isPerson, organisation }: TextShared & { bankName: string | null }, most: number): string {
  const bank = bankName === null ? null : cut(bankName, 18) || 'bank'
  const business = isPerson ? '' : cut(organisation, most)
  if (business) return `${business}'s ${bank ?? 'banks'}`
  return bank ?? 'your banks'
}

const booksOf = (ledger: string | null): string => (ledger ? `connect ${cut(ledger, 10)}` : 'your accounting software')

/** Returns a name of at most `most` characters; a longer one ends in two dots. */
function cut(name: string, most: number): string {
  const plain = unlinkedGsm(toGsm(name))
  return plain.length <= most ? plain : `${plain.slice(0, most - 2).trimEnd()}..`
}
