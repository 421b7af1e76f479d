/** The meanings of a colour. */
type Role = 'accent' | 'client' | 'other' | 'good' | 'warn' | 'danger'

/** A meaning's colours in one scheme: text, soft background, filled background and its hover. */
type Tones = { text: string; soft: string; filled: string; hover: string }

type Scheme = {
  canvas: string
  surface: string
  sunken: string
  hover: string
  selected: string
  text: string
  muted: string
  hairline: string
  control: string
  roles: Record<Role, Tones>
}

/** Returns the colours of a meaning that never fills a control; if one does, the text colour is the background. */
const unfilled = (text: string, soft: string): Tones => ({ text, soft, filled: text, hover: text })

export const light: Scheme = {
  canvas: '#F6F7F9',
  surface: '#FFFFFF',
  sunken: '#EDF0F3',
  hover: '#F1F4F8',
  selected: '#EAF1FE',
  text: '#16202B',
  muted: '#52606E',
  hairline: '#DCE1E7',
  control: '#7B8794',
  roles: {
    accent: { text: '#1E4FB4', soft: '#E6EEFC', filled: '#2559C4', hover: '#1D49A5' },
    client: unfilled('#67399B', '#F1EAFA'),
    other: unfilled('#4A5866', '#E9EDF1'),
    good: unfilled('#14663F', '#E1F3E8'),
    warn: unfilled('#7E4D00', '#FDF0D3'),
    danger: { text: '#A6231B', soft: '#FCE8E6', filled: '#B3261E', hover: '#9A1F18' },
  },
}

export const dark: Scheme = {
  canvas: '#0F1318',
  surface: '#161C23',
  sunken: '#0B0F13',
  hover: '#1D252E',
  selected: '#1A2740',
  text: '#E7ECF1',
  muted: '#A2AFBC',
  hairline: '#2B343E',
  control: '#728090',
  roles: {
    accent: { text: '#9CBDFF', soft: '#1D2C4A', filled: '#3767D3', hover: '#2E5BC2' },
    client: unfilled('#CFB6F4', '#2E2443'),
    other: unfilled('#B5C1CD', '#252F39'),
    good: unfilled('#83D6A9', '#15321F'),
    warn: unfilled('#F0C277', '#38290C'),
    danger: { text: '#FFA39B', soft: '#431F1D', filled: '#C23A30', hover: '#A82F26' },
  },
}

export const ROLES = Object.keys(light.roles) as Role[]
export type { Role as Tone, Scheme }
