import { useLocation } from '@tanstack/react-router'
import { NoRight } from '../components/page/NoRight.tsx'
import { SideFrame } from '../components/page/SideFrame.tsx'
import { useMay } from '../shell/useMe.ts'
import { SECTIONS } from './sections.ts'

/** The frame of the settings with their navigation. A member without the right sees who can give it. */
export function SettingsFrame() {
  const may = useMay()
  const { pathname } = useLocation()
  const here = SECTIONS.find(({ to }) => pathname === to) ?? SECTIONS[0]
  if (!may(here.right)) return <NoRight title="Settings" right={here.right} />
  return <SideFrame label="Settings" places={SECTIONS.filter(({ right }) => may(right))} />
}
