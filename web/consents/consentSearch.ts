import { CONSENT_MOVES, CONSENT_VIEWS, type ConsentMove, type ConsentView } from '../../domain/connections/consents.ts'
import { anyOf, type Search, severalOf, valuesOf } from '../api/search.ts'

/** The whole state of the page, as kept in its address. `open`: the consent in the drawer. */
export type ConsentSearch = {
  view?: ConsentView
  q?: string
  bank?: string[]
  move?: ConsentMove[]
  manager?: string[]
  team?: string[]
  sort?: 'latest'
  open?: string
}

/** Parses the page's address; drops unknown values. */
export function readConsentSearch(search: Search | ConsentSearch): ConsentSearch {
  return {
    view: CONSENT_VIEWS.find((one) => one === search.view),
    q: valuesOf(search.q)[0]?.trim() || undefined,
    bank: anyOf(search.bank),
    move: severalOf(CONSENT_MOVES, search.move),
    manager: anyOf(search.manager),
    team: anyOf(search.team),
    sort: search.sort === 'latest' ? 'latest' : undefined,
    open: valuesOf(search.open)[0],
  }
}

/** The filters that take several values. */
export const CONSENT_FILTERS = ['bank', 'move', 'manager', 'team'] as const
export type ConsentFilter = (typeof CONSENT_FILTERS)[number]

/** The changes that remove every filter and the text. */
export const NO_CONSENT_FILTERS = {
  bank: undefined,
  move: undefined,
  manager: undefined,
  team: undefined,
  q: undefined,
}

/** Returns true if a search narrows its view. */
export const isNarrowed = (search: ConsentSearch): boolean =>
  !!search.q || CONSENT_FILTERS.some((name) => search[name] !== undefined)
