import { type Brand, logoPath } from '../domain/practice/brand.ts'
import type { Practice } from './client/view.ts'

/** The practice as its clients see it on our pages. */
export const onPages = ({ name, brandColour, logoId }: Brand): Practice => ({
  name,
  colour: brandColour,
  logoSrc: logoPath(logoId),
})
