/**
 * Returns the instant of a date in any of Resend's forms: `2026-02-22T23:41:12.126Z`, `2026-02-22T23:41:11.894719+00:00`,
 * `2026-04-03 22:13:42.674981+00`. Null when it cannot be read.
 */
export function instantOf(text: string): Date | null {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)$/.exec(text.trim())
  if (!parts) return null
  const [, day = '', time = '', fraction = '', zone = ''] = parts
  const hours = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
  const at = new Date(`${day}T${time}${fraction.slice(0, 4)}${hours}`)
  return Number.isNaN(at.getTime()) ? null : at
}
