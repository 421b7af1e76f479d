import { SideFrame } from '../components/page/SideFrame.tsx'

const PLACES = [
  { to: '/me/profile', label: 'Profile' },
  { to: '/me/security', label: 'Security' },
  { to: '/me/notifications', label: 'Notifications' },
  { to: '/me/shortcuts', label: 'Display and keys' },
]

/** The frame of the personal settings. */
export const MeFrame = () => <SideFrame label="My settings" places={PLACES} />
