import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import views from '../clients/head/Views.module.css'
import { PageTitle } from '../components/page/PageTitle.tsx'
import classes from './Consents.module.css'

const TABS = [
  { to: '/consents', label: 'Bank access', lead: 'Who must confirm what, and by when.' },
  {
    to: '/consents/sign-ins',
    label: 'Software sign-ins',
    lead: 'When a colleague leaves, connections made with their sign-in stop working. Hand them over first.',
  },
] as const

/** The head of the pages about connections of all clients: title, tabs, and one line that says what a page is for. */
export function ConsentsHead({ at, children }: { at: (typeof TABS)[number]['to']; children?: ReactNode }) {
  const { label, lead } = TABS.find(({ to }) => to === at) ?? TABS[0]
  return (
    <>
      <PageTitle title={label}>{children}</PageTitle>
      <div className={views.bar}>
        <nav aria-label="Pages" className={views.views}>
          {TABS.map(({ to, label }) => (
            <Link
              key={to}
              to={to as string}
              className={views.view}
              aria-current={to === at ? 'page' : undefined}
              data-on={to === at || undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
      </div>
      <p className={classes.lead}>{lead}</p>
    </>
  )
}
