import { useMediaQuery } from '@mantine/hooks'

/** `wide`: every column with words; `icons`: invite, bank and books as icons; `narrow`: no stage; `phone`: cards. */
export type Layout = 'wide' | 'icons' | 'narrow' | 'phone'

const now = { getInitialValueInEffect: false }

/** Returns the layout of the list for the window's width. */
export function useLayout(): Layout {
  const isPhone = useMediaQuery('(max-width: 47.99em)', undefined, now)
  const isNarrow = useMediaQuery('(max-width: 63.99em)', undefined, now)
  // Keeps 400 px for the sentence: below this width three columns become icons.
  const hasIcons = useMediaQuery('(max-width: 87.49em)', undefined, now)
  if (isPhone) return 'phone'
  if (isNarrow) return 'narrow'
  return hasIcons ? 'icons' : 'wide'
}
