import { COUNTRIES } from '../../domain/countries.ts'

const names = new Intl.DisplayNames('en-GB', { type: 'region' })

/** Countries to choose from, by name. */
export const COUNTRY_CHOICES = COUNTRIES.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) =>
  a.label.localeCompare(b.label),
)

export const ZONES = Intl.supportedValuesOf('timeZone')

export const CURRENCIES = Intl.supportedValuesOf('currency')
