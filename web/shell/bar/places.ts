import {
  IconAddressBook,
  IconBuildingBank,
  IconChartBar,
  IconLifebuoy,
  IconSettings,
  IconUsersGroup,
} from '@tabler/icons-react'
import type { Right } from '../useMe.ts'

type Place = { to: string; label: string; icon: typeof IconUsersGroup; right: Right }

/** The pages of the left bar in order, each with its right. */
export const PLACES: Place[] = [
  { to: '/clients', label: 'Clients', icon: IconUsersGroup, right: 'see_clients' },
  { to: '/consents', label: 'Bank access', icon: IconBuildingBank, right: 'see_clients' },
  { to: '/reports/conversion', label: 'Reports', icon: IconChartBar, right: 'see_reports' },
  { to: '/team', label: 'Team', icon: IconAddressBook, right: 'manage_team' },
  { to: '/settings', label: 'Settings', icon: IconSettings, right: 'manage_settings' },
  { to: '/support', label: 'Support', icon: IconLifebuoy, right: 'help_practices' },
]
