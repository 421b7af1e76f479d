import { NavLink, Select } from '@mantine/core'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { withoutRight } from '../../domain/rightWords.ts'
import { EmptyState } from '../components/EmptyState.tsx'
import { PageTitle } from '../components/PageTitle.tsx'
import { useMay, useMe } from '../shell/useMe.ts'
import classes from './Settings.module.css'
import { SECTIONS } from './sections.ts'

/** The frame of the settings: their pages at the left, on a phone to choose from. Without the right it says who can help. */
export function SettingsFrame() {
  const { admins } = useMe()
  const may = useMay()
  const go = useNavigate()
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
  const shown = SECTIONS.filter(({ right }) => may(right))
  return (
    <div className={classes.frame}>
      <nav aria-label="Settings" className={classes.nav}>
        <p className={classes.heading}>Settings</p>
        <ul>
          {shown.map(({ to, label }) => (
            <li key={to}>
              <NavLink
                active={to === here.to}
                aria-current={to === here.to ? 'page' : undefined}
                label={label}
                renderRoot={(props) => <Link to={to} {...props} />}
              />
            </li>
          ))}
        </ul>
      </nav>
      <Select
        className={classes.choose}
        aria-label="Settings"
        data={shown.map(({ to, label }) => ({ value: to, label }))}
        value={here.to}
        allowDeselect={false}
        onChange={(to) => to && go({ to })}
      />
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  )
}
