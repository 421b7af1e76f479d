import type { Right } from '../shell/useMe.ts'

/** The pages of the settings, in their order, each with the right it needs. */
export const SECTIONS = [
  { to: '/settings/practice', label: 'Practice', right: 'manage_settings' },
  { to: '/settings/onboarding', label: 'Onboarding', right: 'manage_settings' },
  { to: '/settings/api-keys', label: 'API keys', right: 'manage_api_keys' },
] as const satisfies { to: string; label: string; right: Right }[]
