/** A bank invented by the sandbox. */
export type Bank = { id: string; name: string; country: 'uk' | 'ie'; colour: string; serves: ('retail' | 'business')[] }

/** The sandbox's banks. All names are invented. */
export const BANKS: Bank[] = [
  bank('ob-northgate', 'Northgate Bank', '#1d4ed8'),
  bank('ob-northgate-business', 'Northgate Business', '#1e3a8a', ['business']),
  bank('ob-harbour-trust', 'Harbour & Trust', '#0f766e'),
  bank('ob-albion-union', 'Albion Union Bank', '#b91c1c'),
  bank('ob-meridian', 'Meridian', '#7c3aed'),
  bank('ob-kestrel', 'Kestrel', '#c2410c'),
  bank('ob-fenwick-hale', 'Fenwick Hale Bank', '#334155'),
  bank('ob-copperfield', 'Copperfield Building Society', '#a16207', ['retail']),
  bank('ob-lowland-provincial', 'Lowland Provincial Bank', '#166534'),
  bank('ob-tidewater', 'Tidewater Business Banking', '#0369a1', ['business']),
  bank('ob-juniper', 'Juniper', '#15803d'),
  bank('ob-stanmore', 'Stanmore & Sons', '#4c1d95'),
  bank('ob-quayside', 'Quayside Savings Bank', '#be185d', ['retail']),
  bank('ob-liffey', 'Liffey Bank', '#047857', ['retail', 'business'], 'ie'),
]

/** Returns the bank with this id, or null. */
export function bankById(id: string | null): Bank | null {
  return BANKS.find((candidate) => candidate.id === id) ?? null
}

/** Returns a bank's name for lists; a placeholder without a bank. */
export function bankName(id: string | null): string {
  return bankById(id)?.name ?? 'no bank chosen yet'
}

/** Returns the provider catalogue in its wire format; the sandbox itself serves the logos. */
export function catalogue(baseUrl: string): object[] {
  const scopes = [
    'info',
    'accounts',
    'balance',
    'cards',
    'transactions',
    'direct_debits',
    'standing_orders',
    'offline_access',
  ]
  return BANKS.map((entry) => ({
    provider_id: entry.id,
    display_name: entry.name,
    country: entry.country,
    logo_url: `${baseUrl}/truelayer/app/logos/${entry.id}.svg`,
    scopes,
    provider_scope_mappings: {},
  }))
}

/** Returns a bank's mark as SVG: its first letter on its colour. */
export function logo(entry: Bank): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" role="img" aria-label="${entry.name.replace('&', '&amp;')}"><rect width="48" height="48" rx="12" fill="${entry.colour}"/><text x="24" y="32" font-family="system-ui,sans-serif" font-size="24" font-weight="700" text-anchor="middle" fill="#fff">${entry.name.charAt(0)}</text></svg>`
}

function bank(
  id: string,
  name: string,
  colour: string,
  serves: Bank['serves'] = ['retail', 'business'],
  country: Bank['country'] = 'uk',
): Bank {
  return { id, name, country, colour, serves }
}
