import { useLocation } from '@tanstack/react-router'
import { withoutRight } from '../../domain/rightWords.ts'
import { EmptyState } from '../components/EmptyState.tsx'
import { PageTitle } from '../components/PageTitle.tsx'
import { SideFrame } from '../components/SideFrame.tsx'
import { useMay, useMe } from '../shell/useMe.ts'
import { SECTIONS } from './sections.ts'

/** The frame of the settings: their pages at the left, on a phone to choose from. Without the right it says who can help. */
export function SettingsFrame() {
  const { admins } = useMe()
  const may = useMay()
  const { pathname } = useLocation()
  const here = SECTIONS.find(({ to }) => pathname === to) ?? SECTIONS[0]
  if (!may(here.right)) {
    const names = admins.map(({ name }) => name)
    return (
      <>
        <PageTitle title="Settings" />
        <EmptyState title="This isn’t yours to change">{withoutRight(here.right, names)}</EmptyState>
      </>
    )
  }
  return <SideFrame label="Settings" places={SECTIONS.filter(({ right }) => may(right))} />
}
