/** The first word of a name; null for none. */
export function firstName(name: string | null): string | null {
  return name?.trim().split(/\s+/)[0] || null
}
