import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  type MantineColorsTuple,
  Paper,
  Table,
  Tooltip,
} from '@mantine/core'
import { dark, light, ROLES, type Scheme, type Tone } from './tokens.ts'

/** Returns Mantine's ten shades of a role. Mantine fills with shade 6 in light and shade 7 in dark. */
function shadesOf(role: Tone): MantineColorsTuple {
  const [day, night] = [light.roles[role], dark.roles[role]]
  return [
    day.soft,
    day.soft,
    day.soft,
    night.text,
    night.text,
    day.text,
    day.filled,
    night.filled,
    day.hover,
    night.soft,
  ]
}

const LABELLED = { closeButtonProps: { 'aria-label': 'Close' } }

const px = (size: number) => `${size / 16}rem`

export const theme = createTheme({
  fontFamily: 'system-ui, "Segoe UI Variable Text", "Segoe UI", Roboto, sans-serif',
  fontSizes: { xs: px(12), sm: px(14), md: px(16), lg: px(20), xl: px(28) },
  lineHeights: { xs: px(16), sm: px(20), md: px(24), lg: px(28), xl: px(36) },
  fontWeights: { regular: '400', medium: '600', bold: '600' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: px(20), lineHeight: px(28) },
      h2: { fontSize: px(16), lineHeight: px(24) },
      h3: { fontSize: px(14), lineHeight: px(20) },
    },
  },
  spacing: { xs: px(4), sm: px(8), md: px(12), lg: px(16), xl: px(24), '2xl': px(32), '3xl': px(48) },
  radius: { xs: px(4), sm: px(6), md: px(8), lg: px(12), xl: px(999) },
  shadows: {
    xs: 'none',
    sm: '0 4px 12px #10182826',
    md: '0 12px 32px #10182833',
    lg: '0 12px 32px #10182833',
    xl: '0 12px 32px #10182833',
  },
  breakpoints: { xs: '30em', sm: '48em', md: '64em', lg: '80em', xl: '100em' },
  defaultRadius: 'sm',
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 7 },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  white: '#FFFFFF',
  black: light.text,
  colors: {
    ...Object.fromEntries(ROLES.map((role) => [role, shadesOf(role)])),
    gray: [
      light.canvas,
      light.hover,
      light.sunken,
      light.hairline,
      light.control,
      light.control,
      light.control,
      light.muted,
      light.muted,
      light.text,
    ],
    dark: [
      dark.text,
      dark.text,
      dark.muted,
      dark.control,
      dark.control,
      dark.hover,
      dark.surface,
      dark.canvas,
      dark.sunken,
      dark.sunken,
    ],
  },
  components: {
    // Without this role, a dialog's header becomes a banner landmark of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    // Mantine's element for the initial focus has no role, and a menu may contain only elements with menu roles.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // Labels the close button of every toast, dialog and drawer.
    Notification: { defaultProps: LABELLED },
    Modal: { defaultProps: LABELLED },
    Drawer: { defaultProps: LABELLED },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Button: Button.extend({
      defaultProps: { size: 'sm', radius: 'sm' },
      vars: (_theme, { size }) => ({
        root: {
          '--button-height': String(size).startsWith('compact') ? 'var(--em-row-height)' : 'var(--em-control-height)',
        },
      }),
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 32 } }),
    Input: Input.extend({
      vars: () => ({ wrapper: { '--input-height': 'var(--em-control-height)', '--input-fz': px(14) } }),
    }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, shadow: 'none', radius: 'md' } }),
    Table: Table.extend({ defaultProps: { horizontalSpacing: 'md', verticalSpacing: 'sm' } }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 300, withinPortal: true, events: { hover: true, focus: true, touch: false } },
    }),
  },
})

function variablesOf(scheme: Scheme): Record<string, string> {
  const variables: Record<string, string> = {
    '--mantine-color-body': scheme.surface,
    '--mantine-color-text': scheme.text,
    '--mantine-color-dimmed': scheme.muted,
    '--mantine-color-placeholder': scheme.muted,
    '--mantine-color-anchor': scheme.roles.accent.text,
    '--mantine-color-default': scheme.surface,
    '--mantine-color-default-color': scheme.text,
    '--mantine-color-default-border': scheme.control,
    '--mantine-color-default-hover': scheme.hover,
    '--mantine-color-error': scheme.roles.danger.text,
    '--mantine-color-gray-text': scheme.muted,
    '--mantine-color-gray-light-color': scheme.text,
    '--mantine-color-gray-light-hover': scheme.hover,
    '--em-canvas': scheme.canvas,
    '--em-sunken': scheme.sunken,
    '--em-selected': scheme.selected,
    '--em-hairline': scheme.hairline,
    '--em-control': scheme.control,
  }
  for (const role of ROLES) {
    const tones = scheme.roles[role]
    variables[`--mantine-color-${role}-text`] = tones.text
    variables[`--mantine-color-${role}-light`] = tones.soft
    variables[`--mantine-color-${role}-light-hover`] = tones.soft
    variables[`--mantine-color-${role}-light-color`] = tones.text
    variables[`--mantine-color-${role}-outline`] = tones.text
    variables[`--mantine-color-${role}-filled`] = tones.filled
    variables[`--mantine-color-${role}-filled-hover`] = tones.hover
  }
  return variables
}

/** Sets Mantine's colour variables and our own (`--em-*`) for both schemes. */
export const variables: CSSVariablesResolver = () => ({
  variables: { '--mantine-primary-color-contrast': '#FFFFFF' },
  light: variablesOf(light),
  dark: variablesOf(dark),
})
