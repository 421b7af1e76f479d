/** How a practice looks, as it chose. */
export type Brand = { name: string; brandColour: string | null; logoId: string | null }

/** Where its logo is found on our origin; null without one. */
export const logoPath = (logoId: string | null): string | null => logoId && `/logo/${logoId}.png`
