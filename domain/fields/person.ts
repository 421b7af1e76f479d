/** The income of a self-employed client, which decides how pages word the use of accounts. Businesses have none. */
export type Person = 'work' | 'property' | 'both'

/** Returns the first word of a name; null for none. */
export const firstName = (name: string | null | undefined): string | null => name?.trim().split(/\s+/)[0] || null
