import { type Brand, logoPath } from '../domain/practice/brand.ts'
import type { Practice } from './client/behind.ts'

/** Returns the practice's name, colour and logo for client pages. */
export const onPages = ({ name, brandColour, logoId }: Brand): Practice => ({
  name,
  colour: brandColour,
  logoSrc: logoPath(logoId),
})
