/** What a self-employed client uses their accounts for, by their income. Businesses have none. */
export type Person = 'work' | 'property' | 'both'
