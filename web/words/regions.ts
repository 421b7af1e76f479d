import { COUNTRIES } from '../../domain/fields/countries.ts'

const names = new Intl.DisplayNames('en-GB', { type: 'region' })

/** A country by its name. */
export const nameOfCountry = (code: string): string => names.of(code) ?? code

/** Countries to choose from, by name. */
export const COUNTRY_CHOICES = COUNTRIES.map((value) => ({ value, label: nameOfCountry(value) })).sort((a, b) =>
  a.label.localeCompare(b.label),
)

export const ZONES = Intl.supportedValuesOf('timeZone')

export const CURRENCIES = Intl.supportedValuesOf('currency')
