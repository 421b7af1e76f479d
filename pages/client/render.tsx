import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { AboutPage, NoPage } from './about.tsx'
import { AccountPage } from './account.tsx'
import { AddBankPage } from './connections/addBank.tsx'
import { BankOutcomePage } from './connections/bankOutcome.tsx'
import { ConnectionPage } from './connections/connection.tsx'
import { RenewalPage } from './connections/renewal.tsx'
import { DonePage, SharingPage } from './done.tsx'
import { EndedPage } from './ended.tsx'
import { FaultPage } from './fault.tsx'
import { FormPage } from './forms.tsx'
import { InvitationPage, JoinPage, ResumeBankPage, ResumeBooksPage } from './invitation.tsx'
import { LetInPage } from './letIn.tsx'
import { HomePage } from './portal/home.tsx'
import { IntegrationsPage } from './portal/integrations.tsx'
import { PortalSignInPage } from './portal/signIn.tsx'
import { InviteUserPage, JoinUsersPage, ManageUserPage, UsersPage } from './portal/users.tsx'
import { clientCss } from './style.ts'
import type { ClientView } from './view.ts'

/** A rendered page: status, document, and its style sheet for a hash in the Content Security Policy. */
export type ClientPage = { status: number; html: string; css: string }

/** The statuses of the pages that do not answer with 200. */
const STATUSES: { [P in ClientView['page']]?: number } = {
  'already-accepted': 409,
  expired: 410,
  replaced: 410,
  declined: 410,
  cancelled: 410,
  'gave-up': 410,
  'sign-in-ended': 410,
  'join-ended': 410,
  'unknown-link': 404,
  'no-page': 404,
  'too-many-tries': 429,
  'our-fault': 500,
  busy: 503,
}

/** The component of each page. */
const PAGES: { [P in ClientView['page']]: (props: { view: Extract<ClientView, { page: P }> }) => ReactNode } = {
  invitation: InvitationPage,
  join: JoinPage,
  'let-in': LetInPage,
  'resume-bank': ResumeBankPage,
  'add-bank': AddBankPage,
  'resume-books': ResumeBooksPage,
  'existing-sign-in': AccountPage,
  'wrong-account': AccountPage,
  'already-accepted': EndedPage,
  expired: EndedPage,
  'new-link-asked': EndedPage,
  replaced: EndedPage,
  declined: EndedPage,
  cancelled: EndedPage,
  'gave-up': EndedPage,
  finished: EndedPage,
  'unknown-link': EndedPage,
  'wrong-company': FormPage,
  'wrong-person': FormPage,
  decline: FormPage,
  'still-sharing': FormPage,
  told: FormPage,
  'texts-stopped': FormPage,
  'bank-not-started': BankOutcomePage,
  'bank-left': BankOutcomePage,
  'bank-stopped': BankOutcomePage,
  'bank-too-long': BankOutcomePage,
  'bank-refused': BankOutcomePage,
  'bank-down': BankOutcomePage,
  'bank-no-accounts': BankOutcomePage,
  'bank-processing': BankOutcomePage,
  'bank-signatory': BankOutcomePage,
  'bank-asked-elsewhere': BankOutcomePage,
  'bank-forgotten': BankOutcomePage,
  'bank-connected': BankOutcomePage,
  connect: ConnectionPage,
  'confirm-return': ConnectionPage,
  'late-return': ConnectionPage,
  'return-elsewhere': ConnectionPage,
  'choose-organisation': ConnectionPage,
  'wrong-organisation': ConnectionPage,
  'books-permission': ConnectionPage,
  'books-already-linked': ConnectionPage,
  'books-stopped': ConnectionPage,
  'books-being-checked': ConnectionPage,
  'books-nothing-chosen': ConnectionPage,
  'books-refused-us': ConnectionPage,
  'books-not-started': ConnectionPage,
  'books-too-long': ConnectionPage,
  'books-connected': ConnectionPage,
  done: DonePage,
  'keep-sharing': RenewalPage,
  'account-missing': RenewalPage,
  kept: RenewalPage,
  'kept-before': RenewalPage,
  'not-kept': RenewalPage,
  'keep-later': RenewalPage,
  sharing: SharingPage,
  'stop-sharing': SharingPage,
  'sharing-stopped': SharingPage,
  'stopped-before': SharingPage,
  'too-many-tries': FaultPage,
  'our-fault': FaultPage,
  busy: FaultPage,
  'home-sign-in': PortalSignInPage,
  'sign-in-asked': PortalSignInPage,
  'sign-in-as': PortalSignInPage,
  'sign-in-ended': PortalSignInPage,
  home: HomePage,
  integrations: IntegrationsPage,
  users: UsersPage,
  'manage-user': ManageUserPage,
  'invite-user': InviteUserPage,
  'join-users': JoinUsersPage,
  'joined-users': JoinUsersPage,
  'join-ended': JoinUsersPage,
  privacy: AboutPage,
  accessibility: AboutPage,
  'no-page': NoPage,
}

/** Renders the page of a view: one HTML document of at most 30 kB, no script. Pure; throws on an unknown zone. */
export function renderClientPage(view: ClientView): ClientPage {
  const practice = 'practice' in view ? view.practice : 'behind' in view ? (view.behind?.practice ?? null) : null
  const Page = PAGES[view.page] as (props: { view: ClientView }) => ReactNode
  const html = `<!doctype html>${renderToStaticMarkup(<Page view={view} />)}`
  return { status: STATUSES[view.page] ?? 200, html, css: clientCss(practice?.colour ?? null) }
}
