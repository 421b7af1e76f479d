/** A practice's name, colour and logo. */
export type Brand = { name: string; brandColour: string | null; logoId: string | null }

/** Returns the path of the logo on our origin; null without a logo. */
export const logoPath = (logoId: string | null): string | null => logoId && `/logo/${logoId}.png`
