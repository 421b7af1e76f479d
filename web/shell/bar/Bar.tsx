import { Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { isHelping } from '../../api/client.ts'
import { countsQuery, shownCount } from '../../clients/head/counts.ts'
import { consentCountsQuery } from '../../consents/queries.ts'
import { COMMAND, setOpened } from '../opened.ts'
import classes from '../Shell.module.css'
import { useAfterPage } from '../useAfterPage.ts'
import { meQuery } from '../useMe.ts'
import { PLACES } from './places.ts'

/** The navigation of the app: search and the pages that the rights allow. */
export function Bar({ onGo }: { onGo?: () => void }) {
  const router = useRouter()
  const { data: me } = useQuery(meQuery)
  const seesClients = me?.rights.includes('see_clients') === true && !isHelping()
  const { data: counts } = useQuery({ ...countsQuery, enabled: seesClients })
  const hasCome = useAfterPage()
  const { data: consents } = useQuery({ ...consentCountsQuery(), enabled: seesClients && hasCome })
  /** The work that a page holds: its number, and what it is. */
  const work: Record<string, { count: number | undefined; what: string }> = {
    '/clients': { count: counts?.attention, what: 'need attention' },
    '/consents': { count: consents?.act_now, what: 'to act on now' },
  }
  const iconsOnly = useMediaQuery('(min-width: 48em) and (max-width: 63.99em)') ?? false
  const places = PLACES.filter(({ right }) => me?.rights.includes(right))
  return (
    <nav aria-label="Embark">
      <ul className={classes.places}>
        {me?.rights.includes('see_clients') && me.role !== 'support' && (
          <li>
            <Named label="Search" isOn={iconsOnly}>
              <UnstyledButton
                className={classes.place}
                aria-keyshortcuts="Control+K Meta+K"
                onClick={() => {
                  onGo?.()
                  // In the phone's drawer, search opens the list instead: the palette does not fit there.
                  if (onGo) router.history.push('/clients?view=all')
                  else setOpened('palette', true)
                }}
              >
                <IconSearch size={20} stroke={1.75} aria-hidden="true" />
                <span className={classes.label}>Search</span>
                <kbd className={`${classes.keys} ${classes.label}`}>{COMMAND} K</kbd>
              </UnstyledButton>
            </Named>
          </li>
        )}
        {places.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Named label={label} isOn={iconsOnly}>
              <Link to={to} className={classes.place} onClick={onGo} preload="intent">
                <Icon size={20} stroke={1.75} aria-hidden="true" />
                <span className={classes.label}>{label}</span>
                <Count {...work[to]} />
              </Link>
            </Named>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Shows a number of things to do, if there are any. Both are counted up to 100. */
const Count = ({ count = 0, what }: { count?: number | undefined; what?: string }) =>
  count > 0 && (
    <span className={classes.count}>
      {shownCount(count, 100)}
      <VisuallyHidden> {what}</VisuallyHidden>
    </span>
  )

/** Adds the name as a tooltip while only the icon is shown. */
const Named = ({ label, isOn, children }: { label: string; isOn: boolean; children: ReactElement }) =>
  isOn ? (
    <Tooltip label={label} position="right">
      {children}
    </Tooltip>
  ) : (
    children
  )
