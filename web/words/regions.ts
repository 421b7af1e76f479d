import { COUNTRIES } from '../../domain/fields/countries.ts'

const names = new Intl.DisplayNames('en-GB', { type: 'region' })

/** Returns the English name of a country code. */
export const nameOfCountry = (code: string): string => names.of(code) ?? code

/** The countries to choose from, sorted by name. */
export const COUNTRY_CHOICES = COUNTRIES.map((value) => ({ value, label: nameOfCountry(value) })).sort((a, b) =>
  a.label.localeCompare(b.label),
)

export const ZONES = Intl.supportedValuesOf('timeZone')

export const CURRENCIES = Intl.supportedValuesOf('currency')
