import type { ReactElement } from 'react'
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

/** Renders the page of a view: one HTML document of at most 30 kB, no script. Pure; throws on an unknown zone. */
export function renderClientPage(view: ClientView): ClientPage {
  const practice = 'practice' in view ? view.practice : 'behind' in view ? (view.behind?.practice ?? null) : null
  const html = `<!doctype html>${renderToStaticMarkup(element(view))}`
  return { status: statusOf(view), html, css: clientCss(practice?.colour ?? null) }
}

function statusOf(view: ClientView): number {
  switch (view.page) {
    case 'already-accepted':
      return 409
    case 'expired':
    case 'replaced':
    case 'declined':
    case 'cancelled':
    case 'gave-up':
    case 'sign-in-ended':
    case 'join-ended':
      return 410
    case 'unknown-link':
    case 'no-page':
      return 404
    case 'too-many-tries':
      return 429
    case 'our-fault':
      return 500
    case 'busy':
      return 503
    default:
      return 200
  }
}

function element(view: ClientView): ReactElement {
  switch (view.page) {
    case 'invitation':
      return <InvitationPage view={view} />
    case 'join':
      return <JoinPage view={view} />
    case 'let-in':
      return <LetInPage view={view} />
    case 'resume-bank':
      return <ResumeBankPage view={view} />
    case 'add-bank':
      return <AddBankPage view={view} />
    case 'resume-books':
      return <ResumeBooksPage view={view} />
    case 'existing-sign-in':
    case 'wrong-account':
      return <AccountPage view={view} />
    case 'already-accepted':
    case 'expired':
    case 'new-link-asked':
    case 'replaced':
    case 'declined':
    case 'cancelled':
    case 'gave-up':
    case 'finished':
    case 'unknown-link':
      return <EndedPage view={view} />
    case 'wrong-company':
    case 'wrong-person':
    case 'decline':
    case 'still-sharing':
    case 'told':
    case 'texts-stopped':
      return <FormPage view={view} />
    case 'bank-not-started':
    case 'bank-left':
    case 'bank-stopped':
    case 'bank-too-long':
    case 'bank-refused':
    case 'bank-down':
    case 'bank-no-accounts':
    case 'bank-processing':
    case 'bank-signatory':
    case 'bank-asked-elsewhere':
    case 'bank-forgotten':
    case 'bank-connected':
      return <BankOutcomePage view={view} />
    case 'connect':
    case 'confirm-return':
    case 'late-return':
    case 'return-elsewhere':
    case 'choose-organisation':
    case 'wrong-organisation':
    case 'books-permission':
    case 'books-already-linked':
    case 'books-stopped':
    case 'books-being-checked':
    case 'books-nothing-chosen':
    case 'books-refused-us':
    case 'books-not-started':
    case 'books-too-long':
    case 'books-connected':
      return <ConnectionPage view={view} />
    case 'done':
      return <DonePage view={view} />
    case 'keep-sharing':
    case 'account-missing':
    case 'kept':
    case 'kept-before':
    case 'not-kept':
    case 'keep-later':
      return <RenewalPage view={view} />
    case 'sharing':
    case 'stop-sharing':
    case 'sharing-stopped':
    case 'stopped-before':
      return <SharingPage view={view} />
    case 'too-many-tries':
    case 'our-fault':
    case 'busy':
      return <FaultPage view={view} />
    case 'home-sign-in':
    case 'sign-in-asked':
    case 'sign-in-as':
    case 'sign-in-ended':
      return <PortalSignInPage view={view} />
    case 'home':
      return <HomePage view={view} />
    case 'integrations':
      return <IntegrationsPage view={view} />
    case 'users':
      return <UsersPage view={view} />
    case 'manage-user':
      return <ManageUserPage view={view} />
    case 'invite-user':
      return <InviteUserPage view={view} />
    case 'join-users':
    case 'joined-users':
    case 'join-ended':
      return <JoinUsersPage view={view} />
    case 'privacy':
    case 'accessibility':
      return <AboutPage view={view} />
    case 'no-page':
      return <NoPage view={view} />
  }
}
