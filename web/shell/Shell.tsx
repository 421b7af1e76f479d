import { ActionIcon, AppShell, Drawer, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconMenu2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Navigate, Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { asProblem } from '../api/problem.ts'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { Bar } from './bar/Bar.tsx'
import { BellPlace } from './bar/BellPlace.tsx'
import { Mark } from './bar/Mark.tsx'
import { Person } from './bar/Person.tsx'
import { Switcher } from './bar/Switcher.tsx'
import { useAsked } from './confirmation.ts'
import { ShellKeys } from './keys/ShellKeys.tsx'
import { useOpened } from './opened.ts'
import { PracticesOnly } from './PracticesOnly.tsx'
import classes from './Shell.module.css'
import { TipsPlace } from './TipsPlace.tsx'
import { ToastPlace } from './ToastPlace.tsx'
import { MeHere, meQuery } from './useMe.ts'

const SessionEnded = lazy(async () => ({ default: (await import('./SessionEnded.tsx')).SessionEnded }))

const FactorFirst = lazy(async () => ({ default: (await import('./FactorFirst.tsx')).FactorFirst }))
const Confirm = lazy(async () => ({ default: (await import('./Confirm.tsx')).Confirm }))

/** The frame of every page that needs a sign-in: the bar at the left, or a drawer on a phone. */
export function Shell() {
  const [isOpen, drawer] = useDisclosure(false)
  const [wasOpened, setWasOpened] = useState(false)
  if (isOpen && !wasOpened) setWasOpened(true)
  const { data: me, error, refetch } = useQuery(meQuery)
  // Selecting booleans avoids drawing the frame again on every navigation.
  const isSupports = useLocation({ select: ({ pathname }) => /^\/(support|me)\b/.test(pathname) })
  const isOneself = useLocation({ select: ({ pathname }) => pathname.startsWith('/me') })
  const [hasEnded, setEnded] = useOpened('signIn')
  const asked = useAsked()
  if (error && !me && asProblem(error).code === 'second_factor_required') {
    return (
      <Suspense>
        <FactorFirst why={asProblem(error).message} />
      </Suspense>
    )
  }
  if (error && !me) return <ErrorState title="We couldn’t load Embark" error={error} onRetry={refetch} />
  // Support has no clients of its own.
  if (me?.role === 'support' && !isSupports) return <Navigate to="/support" replace />
  const isPracticesOnly = me?.practice?.plan === 'business' && !isOneself
  return (
    <MeHere value={me ?? null}>
      <AppShell
        header={{ height: { base: 48, sm: 0 } }}
        navbar={{ width: { base: 0, sm: 56, md: 200 }, breakpoint: 'sm', collapsed: { mobile: true } }}
        padding={{ base: 'lg', sm: 'xl' }}
        transitionDuration={0}
      >
        <a href="#content" className={classes.skip}>
          Skip to content
        </a>
        <AppShell.Header hiddenFrom="sm" className={classes.top}>
          <ActionIcon onClick={drawer.open} aria-label="Menu" aria-expanded={isOpen} size={44}>
            <IconMenu2 size={20} stroke={1.75} />
          </ActionIcon>
          <Mark />
          <BellPlace />
        </AppShell.Header>
        <AppShell.Navbar className={classes.bar} visibleFrom="sm">
          <div className={classes.head}>
            <Mark />
            <BellPlace />
          </div>
          <Bar />
          {me && (
            <>
              <Person />
              <Switcher />
            </>
          )}
        </AppShell.Navbar>
        {wasOpened && (
          <Drawer opened={isOpen} onClose={drawer.close} title="Embark" size={280}>
            <div className={classes.drawer}>
              <Bar onGo={drawer.close} />
              {me && (
                <>
                  <Person onGo={drawer.close} />
                  <Switcher onGo={drawer.close} />
                </>
              )}
            </div>
          </Drawer>
        )}
        <AppShell.Main id="content">
          {me ? isPracticesOnly ? <PracticesOnly /> : <Outlet /> : <Skeleton height={28} width={160} />}
        </AppShell.Main>
        {me && <ShellKeys />}
        {me && hasEnded && (
          <Suspense>
            <SessionEnded onClose={() => setEnded(false)} />
          </Suspense>
        )}
        {me && asked && (
          <Suspense>
            <Confirm asked={asked} />
          </Suspense>
        )}
        <TipsPlace />
        <ToastPlace />
      </AppShell>
    </MeHere>
  )
}
