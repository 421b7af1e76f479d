import { NavLink } from '@mantine/core'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { Select } from '../Select.tsx'
import classes from './SideFrame.module.css'

/** The frame of related pages, with their navigation at the left; on a phone in a select. */
export function SideFrame({ label, places }: { label: string; places: readonly { to: string; label: string }[] }) {
  const go = useNavigate()
  const { pathname } = useLocation()
  return (
    <div className={classes.frame}>
      <nav aria-label={label} className={classes.nav}>
        <p className={classes.heading}>{label}</p>
        <ul>
          {places.map((place) => (
            <li key={place.to}>
              <NavLink
                active={place.to === pathname}
                aria-current={place.to === pathname ? 'page' : undefined}
                label={place.label}
                renderRoot={(props) => <Link to={place.to as string} {...props} />}
              />
            </li>
          ))}
        </ul>
      </nav>
      <Select
        className={classes.choose}
        aria-label={label}
        data={places.map((place) => ({ value: place.to, label: place.label }))}
        value={pathname}
        onChange={(to) => to && go({ to: to as string })}
      />
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  )
}
