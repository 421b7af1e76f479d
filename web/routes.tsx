import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queries } from './api/queries.ts'
import { readSearch, writeSearch } from './api/search.ts'
import { onboardingQuery } from './clients/detail/queries.ts'
import { lastView } from './clients/head/useLastView.ts'
import { listQuery } from './clients/listQuery.ts'
import { readBoardSearch, readListSearch } from './clients/listSearch.ts'
import { organisationQuery } from './clients/settings/queries.ts'
import { readConsentSearch } from './consents/consentSearch.ts'
import { readConversionSearch } from './reports/conversionSearch.ts'
import { reportQuery } from './reports/queries.ts'
import { practiceQuery } from './settings/queries.ts'
import { Broken } from './shell/Broken.tsx'
import { NotFound, NotFoundAlone } from './shell/NotFound.tsx'
import { Shell } from './shell/Shell.tsx'
import { meQuery, type Right } from './shell/useMe.ts'
import { membersQuery, teamsQuery } from './team/queries.ts'

// Every page and its address. Each page is a file of its own, loaded on first visit, or when the pointer or focus
// reaches a link to it. The queries that most visits start with (the signed-in person, the list) run in parallel with
// the files.

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundAlone })

/** Pages that need a sign-in are children of the shell. */
const staff = createRoute({
  getParentRoute: () => root,
  id: 'staff',
  loader: () => void queries.prefetchQuery(meQuery),
  component: Shell,
})

/** Creates the route of a page that reads nothing of its address but the path. `name` is the file's export. */
const page = <Parent extends AnyRoute, Path extends string, Name extends string>(
  parent: Parent,
  path: Path,
  load: () => Promise<Record<Name, (props: object) => ReactNode>>,
  name: Name,
  loader?: () => void,
) =>
  createRoute({
    getParentRoute: () => parent,
    path,
    ...(loader && { loader }),
    component: lazyRouteComponent(load, name),
  })

/** Creates a route that leads to another. */
const redirected = <Parent extends AnyRoute, Path extends string>(parent: Parent, path: Path, to: string) =>
  createRoute({
    getParentRoute: () => parent,
    path,
    beforeLoad: () => {
      throw redirect({ to: to as '/' })
    },
  })

/** Starts the queries of a page while its files load, if the member has the right and nothing is cached. */
function readAhead(right: Right, ...all: { queryKey: readonly unknown[] }[]): void {
  if (!queries.getQueryData(meQuery.queryKey)?.rights.includes(right)) return
  for (const query of all) if (!queries.getQueryState(query.queryKey)) void queries.prefetchQuery(query)
}

const clients = createRoute({
  getParentRoute: () => staff,
  path: '/clients',
  validateSearch: readListSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => {
    const view = lastView(deps.view)
    const list = listQuery({ ...deps, view })
    // A cached list is not read again: hovering over a link must not move its rows. The view of one's own clients is
    // not in every plan.
    if (view !== 'mine' && !queries.getQueryState(list.queryKey)) void queries.prefetchInfiniteQuery(list)
  },
  component: lazyRouteComponent(() => import('./clients/list/ClientsPage.tsx'), 'ClientsPage'),
})

const board = createRoute({
  getParentRoute: () => staff,
  path: '/clients/board',
  validateSearch: readBoardSearch,
  component: lazyRouteComponent(() => import('./clients/board/BoardPage.tsx'), 'BoardPage'),
})

const clientSettings = createRoute({
  getParentRoute: () => staff,
  path: '/clients/$id/settings',
  loader: ({ params: { id } }) => {
    const client = queries.getQueryData(onboardingQuery(id).queryKey)
    if (client) readAhead('see_clients', organisationQuery(client.organisation.id))
  },
  component: lazyRouteComponent(() => import('./clients/settings/SettingsPage.tsx'), 'SettingsPage'),
})

const consents = createRoute({
  getParentRoute: () => staff,
  path: '/consents',
  validateSearch: readConsentSearch,
  component: lazyRouteComponent(() => import('./consents/ConsentsPage.tsx'), 'ConsentsPage'),
})

const conversion = createRoute({
  getParentRoute: () => staff,
  path: '/reports/conversion',
  validateSearch: readConversionSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => readAhead('see_reports', reportQuery(deps)),
  component: lazyRouteComponent(() => import('./reports/ConversionPage.tsx'), 'ConversionPage'),
})

const settings = page(staff, '/settings', () => import('./settings/SettingsFrame.tsx'), 'SettingsFrame')
const me = page(staff, '/me', () => import('./me/MeFrame.tsx'), 'MeFrame')

const support = createRoute({
  getParentRoute: () => staff,
  path: '/support',
  validateSearch: ({ q }: Record<string, unknown>): { q?: string } => (typeof q === 'string' && q !== '' ? { q } : {}),
  component: lazyRouteComponent(() => import('./support/SupportPage.tsx'), 'SupportPage'),
})

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ to, error }: Record<string, unknown>): { to?: string; error?: string } => ({
    ...(text(to) && { to: text(to) }),
    ...(text(error) && { error: text(error) }),
  }),
  component: lazyRouteComponent(() => import('./entry/SignInPage.tsx'), 'SignInPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    redirected(root, '/', '/clients'),
    redirected(root, '/login', '/sign-in'),
    redirected(root, '/signup', '/sign-up'),
    redirected(root, '/account', '/me/profile'),
    signIn,
    page(root, '/confirm/{-$token}', () => import('./entry/ConfirmPage.tsx'), 'ConfirmPage'),
    page(root, '/forgot', () => import('./entry/ForgotPage.tsx'), 'ForgotPage'),
    page(root, '/reset/$token', () => import('./entry/ResetPage.tsx'), 'ResetPage'),
    page(root, '/join/$token', () => import('./entry/JoinPage.tsx'), 'JoinPage'),
    page(root, '/sign-up', () => import('./entry/SignUpPage.tsx'), 'SignUpPage'),
    page(root, '/signed-in-again', () => import('./entry/SignedInAgainPage.tsx'), 'SignedInAgainPage'),
    staff.addChildren([
      clients,
      board,
      page(staff, '/clients/new', () => import('./clients/add/AddPage.tsx'), 'AddPage'),
      page(staff, '/clients/new/$draft/$step', () => import('./clients/add/WizardPage.tsx'), 'WizardPage'),
      page(staff, '/clients/$id', () => import('./clients/detail/ClientPage.tsx'), 'ClientPage'),
      page(staff, '/r/$reference', () => import('./clients/frame/ReferencePage.tsx'), 'ReferencePage'),
      page(staff, '/clients/$id/match', () => import('./clients/match/MatchPage.tsx'), 'MatchPage'),
      page(staff, '/clients/$id/users', () => import('./clients/users/UsersPage.tsx'), 'UsersPage'),
      clientSettings,
      consents,
      page(staff, '/consents/sign-ins', () => import('./consents/SignInsPage.tsx'), 'SignInsPage'),
      page(staff, '/clients/$id/settings/erase', () => import('./clients/settings/ErasePage.tsx'), 'ErasePage'),
      conversion,
      page(
        staff,
        '/team',
        () => import('./team/TeamPage.tsx'),
        'TeamPage',
        () => readAhead('manage_team', membersQuery, teamsQuery),
      ),
      page(staff, '/team/teams/$id', () => import('./team/OneTeamPage.tsx'), 'OneTeamPage'),
      support,
      page(staff, '/support/$practice/clients/$id', () => import('./support/HelpedPage.tsx'), 'HelpedPage'),
      page(
        staff,
        '/support/$practice/clients/$id/match',
        () => import('./support/HelpedMatchPage.tsx'),
        'HelpedMatchPage',
      ),
      settings.addChildren([
        redirected(settings, '/', '/settings/practice'),
        page(
          settings,
          '/practice',
          () => import('./settings/PracticePage.tsx'),
          'PracticePage',
          () => readAhead('manage_settings', practiceQuery),
        ),
        page(settings, '/onboarding', () => import('./settings/OnboardingPage.tsx'), 'OnboardingPage'),
        page(settings, '/messages', () => import('./settings/messages/MessagesPage.tsx'), 'MessagesPage'),
        page(settings, '/branding', () => import('./settings/branding/BrandingPage.tsx'), 'BrandingPage'),
        page(settings, '/setup-guide', () => import('./settings/SetupGuidePage.tsx'), 'SetupGuidePage'),
        page(settings, '/sign-on', () => import('./settings/signOn/SignOnPage.tsx'), 'SignOnPage'),
        page(settings, '/api-keys', () => import('./settings/keys/ApiKeysPage.tsx'), 'ApiKeysPage'),
        page(settings, '/support-access', () => import('./settings/SupportAccessPage.tsx'), 'SupportAccessPage'),
        page(settings, '/audit', () => import('./settings/audit/AuditPage.tsx'), 'AuditPage'),
      ]),
      me.addChildren([
        redirected(me, '/', '/me/profile'),
        page(me, '/profile', () => import('./me/ProfilePage.tsx'), 'ProfilePage'),
        page(me, '/security', () => import('./me/SecurityPage.tsx'), 'SecurityPage'),
        page(me, '/notifications', () => import('./me/NotificationsPage.tsx'), 'NotificationsPage'),
        page(me, '/shortcuts', () => import('./me/ShortcutsPage.tsx'), 'ShortcutsPage'),
      ]),
    ]),
  ]),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    /** True right after the client was created; its page then focuses the next action. */
    isNew?: boolean
    /** The client to show when the list opens from that client's page. */
    from?: string
  }
}
