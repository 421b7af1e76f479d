import { useMediaQuery } from '@mantine/hooks'

/** `wide`: every column with its word; `icons`: invite, bank and books as icons; `narrow`: no stage; `phone`: cards. */
export type Layout = 'wide' | 'icons' | 'narrow' | 'phone'

const now = { getInitialValueInEffect: false }

/** How much of the list there is room for. */
export function useLayout(): Layout {
  const isPhone = useMediaQuery('(max-width: 47.99em)', undefined, now)
  const isNarrow = useMediaQuery('(max-width: 63.99em)', undefined, now)
  // The sentence keeps its 400 px: under this width the words of three columns give way to it.
  const hasIcons = useMediaQuery('(max-width: 87.49em)', undefined, now)
  if (isPhone) return 'phone'
  if (isNarrow) return 'narrow'
  return hasIcons ? 'icons' : 'wide'
}
