/** What a self-employed client uses their accounts for, by their income. Businesses have none. */
export type Person = 'work' | 'property' | 'both'

/** Returns the first word of a name; null for none. */
export const firstName = (name: string | null | undefined): string | null => name?.trim().split(/\s+/)[0] || null
