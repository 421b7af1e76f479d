import type { Right } from '../shell/useMe.ts'

/** The pages of the settings in order, each with its right. */
export const SECTIONS = [
  { to: '/settings/practice', label: 'Practice', right: 'manage_settings' },
  { to: '/settings/onboarding', label: 'Onboarding', right: 'manage_settings' },
  { to: '/settings/messages', label: 'Messages', right: 'manage_settings' },
  { to: '/settings/branding', label: 'Branding', right: 'manage_settings' },
  { to: '/settings/setup-guide', label: 'Setup guide', right: 'manage_settings' },
  { to: '/settings/sign-on', label: 'Single sign-on', right: 'manage_settings' },
  { to: '/settings/api-keys', label: 'API keys', right: 'manage_api_keys' },
  { to: '/settings/support-access', label: 'Support access', right: 'manage_support' },
  { to: '/settings/audit', label: 'Audit log', right: 'see_audit' },
] as const satisfies { to: string; label: string; right: Right }[]
