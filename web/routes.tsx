import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queries } from './api/queries.ts'
import { readSearch, writeSearch } from './api/search.ts'
import { onboardingQuery } from './clients/detail/queries.ts'
import { lastView } from './clients/head/useLastView.ts'
import { listQuery } from './clients/listQuery.ts'
import { readBoardSearch, readListSearch } from './clients/listSearch.ts'
import { organisationQuery } from './clients/settings/queries.ts'
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

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/clients' })
  },
})

/** Addresses that people guess, with the page that each redirects to. */
const guessed = (
  [
    ['/login', '/sign-in'],
    ['/signup', '/sign-up'],
    ['/account', '/me/profile'],
  ] as const
).map(([path, to]) =>
  createRoute({
    getParentRoute: () => root,
    path,
    beforeLoad: () => {
      throw redirect({ to })
    },
  }),
)

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

/** Starts the queries of a page while its files load, if the member has the right and nothing is cached. */
function readAhead(right: Right, ...all: { queryKey: readonly unknown[] }[]): void {
  if (!queries.getQueryData(meQuery.queryKey)?.rights.includes(right)) return
  for (const query of all) if (!queries.getQueryState(query.queryKey)) void queries.prefetchQuery(query)
}

const board = createRoute({
  getParentRoute: () => staff,
  path: '/clients/board',
  validateSearch: readBoardSearch,
  component: lazyRouteComponent(() => import('./clients/board/BoardPage.tsx'), 'BoardPage'),
})

const addClient = createRoute({
  getParentRoute: () => staff,
  path: '/clients/new',
  component: lazyRouteComponent(() => import('./clients/add/AddPage.tsx'), 'AddPage'),
})

const wizard = createRoute({
  getParentRoute: () => staff,
  path: '/clients/new/$draft/$step',
  component: lazyRouteComponent(() => import('./clients/add/WizardPage.tsx'), 'WizardPage'),
})

const client = createRoute({
  getParentRoute: () => staff,
  path: '/clients/$id',
  component: lazyRouteComponent(() => import('./clients/detail/ClientPage.tsx'), 'ClientPage'),
})

const reference = createRoute({
  getParentRoute: () => staff,
  path: '/r/$reference',
  component: lazyRouteComponent(() => import('./clients/frame/ReferencePage.tsx'), 'ReferencePage'),
})

const clientMatch = createRoute({
  getParentRoute: () => staff,
  path: '/clients/$id/match',
  component: lazyRouteComponent(() => import('./clients/match/MatchPage.tsx'), 'MatchPage'),
})

const clientUsers = createRoute({
  getParentRoute: () => staff,
  path: '/clients/$id/users',
  component: lazyRouteComponent(() => import('./clients/users/UsersPage.tsx'), 'UsersPage'),
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

const clientErase = createRoute({
  getParentRoute: () => staff,
  path: '/clients/$id/settings/erase',
  component: lazyRouteComponent(() => import('./clients/settings/ErasePage.tsx'), 'ErasePage'),
})

const conversion = createRoute({
  getParentRoute: () => staff,
  path: '/reports/conversion',
  validateSearch: readConversionSearch,
  loader: () => readAhead('see_reports', reportQuery),
  component: lazyRouteComponent(() => import('./reports/ConversionPage.tsx'), 'ConversionPage'),
})

const team = createRoute({
  getParentRoute: () => staff,
  path: '/team',
  loader: () => readAhead('manage_team', membersQuery, teamsQuery),
  component: lazyRouteComponent(() => import('./team/TeamPage.tsx'), 'TeamPage'),
})

const oneTeam = createRoute({
  getParentRoute: () => staff,
  path: '/team/teams/$id',
  component: lazyRouteComponent(() => import('./team/OneTeamPage.tsx'), 'OneTeamPage'),
})

const settings = createRoute({
  getParentRoute: () => staff,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/SettingsFrame.tsx'), 'SettingsFrame'),
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/practice' })
  },
})

const settingsPractice = createRoute({
  getParentRoute: () => settings,
  path: '/practice',
  loader: () => readAhead('manage_settings', practiceQuery),
  component: lazyRouteComponent(() => import('./settings/PracticePage.tsx'), 'PracticePage'),
})

const settingsOnboarding = createRoute({
  getParentRoute: () => settings,
  path: '/onboarding',
  component: lazyRouteComponent(() => import('./settings/OnboardingPage.tsx'), 'OnboardingPage'),
})

const settingsKeys = createRoute({
  getParentRoute: () => settings,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./settings/keys/ApiKeysPage.tsx'), 'ApiKeysPage'),
})

const support = createRoute({
  getParentRoute: () => staff,
  path: '/support',
  validateSearch: ({ q }: Record<string, unknown>): { q?: string } => (typeof q === 'string' && q !== '' ? { q } : {}),
  component: lazyRouteComponent(() => import('./support/SupportPage.tsx'), 'SupportPage'),
})

const helped = createRoute({
  getParentRoute: () => staff,
  path: '/support/$practice/clients/$id',
  component: lazyRouteComponent(() => import('./support/HelpedPage.tsx'), 'HelpedPage'),
})

const helpedMatch = createRoute({
  getParentRoute: () => staff,
  path: '/support/$practice/clients/$id/match',
  component: lazyRouteComponent(() => import('./support/HelpedMatchPage.tsx'), 'HelpedMatchPage'),
})

const settingsBranding = createRoute({
  getParentRoute: () => settings,
  path: '/branding',
  component: lazyRouteComponent(() => import('./settings/branding/BrandingPage.tsx'), 'BrandingPage'),
})

const settingsMessages = createRoute({
  getParentRoute: () => settings,
  path: '/messages',
  component: lazyRouteComponent(() => import('./settings/messages/MessagesPage.tsx'), 'MessagesPage'),
})

const settingsGuide = createRoute({
  getParentRoute: () => settings,
  path: '/setup-guide',
  component: lazyRouteComponent(() => import('./settings/SetupGuidePage.tsx'), 'SetupGuidePage'),
})

const settingsSignOn = createRoute({
  getParentRoute: () => settings,
  path: '/sign-on',
  component: lazyRouteComponent(() => import('./settings/signOn/SignOnPage.tsx'), 'SignOnPage'),
})

const settingsSupport = createRoute({
  getParentRoute: () => settings,
  path: '/support-access',
  component: lazyRouteComponent(() => import('./settings/SupportAccessPage.tsx'), 'SupportAccessPage'),
})

const settingsAudit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyRouteComponent(() => import('./settings/audit/AuditPage.tsx'), 'AuditPage'),
})

const me = createRoute({
  getParentRoute: () => staff,
  path: '/me',
  component: lazyRouteComponent(() => import('./me/MeFrame.tsx'), 'MeFrame'),
})

const meHome = createRoute({
  getParentRoute: () => me,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/me/profile' })
  },
})

const meProfile = createRoute({
  getParentRoute: () => me,
  path: '/profile',
  component: lazyRouteComponent(() => import('./me/ProfilePage.tsx'), 'ProfilePage'),
})

const meSecurity = createRoute({
  getParentRoute: () => me,
  path: '/security',
  component: lazyRouteComponent(() => import('./me/SecurityPage.tsx'), 'SecurityPage'),
})

const meNotifications = createRoute({
  getParentRoute: () => me,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./me/NotificationsPage.tsx'), 'NotificationsPage'),
})

const meShortcuts = createRoute({
  getParentRoute: () => me,
  path: '/shortcuts',
  component: lazyRouteComponent(() => import('./me/ShortcutsPage.tsx'), 'ShortcutsPage'),
})

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Pages without a sign-in. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ to, error }: Record<string, unknown>): { to?: string; error?: string } => ({
    ...(text(to) && { to: text(to) }),
    ...(text(error) && { error: text(error) }),
  }),
  component: lazyRouteComponent(() => import('./entry/SignInPage.tsx'), 'SignInPage'),
})

const confirm = createRoute({
  getParentRoute: () => root,
  path: '/confirm/{-$token}',
  component: lazyRouteComponent(() => import('./entry/ConfirmPage.tsx'), 'ConfirmPage'),
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('./entry/ForgotPage.tsx'), 'ForgotPage'),
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset/$token',
  component: lazyRouteComponent(() => import('./entry/ResetPage.tsx'), 'ResetPage'),
})

const join = createRoute({
  getParentRoute: () => root,
  path: '/join/$token',
  component: lazyRouteComponent(() => import('./entry/JoinPage.tsx'), 'JoinPage'),
})

const signedInAgain = createRoute({
  getParentRoute: () => root,
  path: '/signed-in-again',
  component: lazyRouteComponent(() => import('./entry/SignedInAgainPage.tsx'), 'SignedInAgainPage'),
})

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./entry/SignUpPage.tsx'), 'SignUpPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    ...guessed,
    signIn,
    confirm,
    forgot,
    reset,
    join,
    signUp,
    signedInAgain,
    staff.addChildren([
      clients,
      board,
      addClient,
      wizard,
      client,
      reference,
      clientMatch,
      clientUsers,
      clientSettings,
      clientErase,
      conversion,
      team,
      oneTeam,
      support,
      helped,
      helpedMatch,
      settings.addChildren([
        settingsHome,
        settingsPractice,
        settingsOnboarding,
        settingsMessages,
        settingsBranding,
        settingsGuide,
        settingsSignOn,
        settingsKeys,
        settingsSupport,
        settingsAudit,
      ]),
      me.addChildren([meHome, meProfile, meSecurity, meNotifications, meShortcuts]),
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
