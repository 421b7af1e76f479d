/** Returns the accounting API's answer as XML, its default without an Accept header for JSON. */
export function toXml(body: Record<string, unknown>): string {
  return `<?xml version="1.0" encoding="utf-8"?><Response>${fields(body)}</Response>`
}

function fields(record: Record<string, unknown>): string {
  return Object.entries(record)
    .map(([name, value]) => `<${name}>${inner(name, value)}</${name}>`)
    .join('')
}

function inner(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    const one = name.replace(/s$/, '')
    return value.map((item) => `<${one}>${inner(one, item)}</${one}>`).join('')
  }
  if (typeof value === 'object' && value !== null) return fields(value as Record<string, unknown>)
  return String(value ?? '').replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}
