import { VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconCircle, IconCircleCheck, IconCircleDot, IconCircleMinus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Step } from './queries.ts'
import type { Page } from './steps.ts'
import classes from './Wizard.module.css'

/** The state of a wizard page: `ahead` has not been reached yet, `idle` has nothing to do. */
export type PageState = 'here' | 'done' | 'wrong' | 'ahead' | 'idle'

const SHOWN = {
  here: { icon: IconCircleDot, word: null },
  done: { icon: IconCircleCheck, word: 'done' },
  wrong: { icon: IconAlertTriangle, word: 'something is missing' },
  ahead: { icon: IconCircle, word: null },
  idle: { icon: IconCircleMinus, word: null },
} as const

/** Lists the wizard's pages with their states; an idle page shows its reason, a reached one is a link. */
export function Rail({ draft, pages }: { draft: string; pages: (Page & { state: PageState })[] }) {
  return (
    <nav aria-label="Steps" className={classes.rail}>
      <ol>
        {pages.map(({ step, label, reason, state }) => {
          const { icon: Icon, word } = SHOWN[state]
          return (
            <li key={step} data-state={state}>
              <Place draft={draft} step={step} state={state}>
                <Icon size={16} stroke={1.75} aria-hidden="true" className={classes.mark} />
                {word && <VisuallyHidden>{word}: </VisuallyHidden>}
                <span>
                  {label}
                  {reason && <span className={classes.reason}>: {reason}</span>}
                </span>
              </Place>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

function Place(props: { draft: string; step: Step; state: PageState; children: React.ReactNode }) {
  const { draft, step, state, children } = props
  if (state === 'here') {
    return (
      <span className={classes.place} aria-current="step">
        {children}
      </span>
    )
  }
  if (state === 'ahead' || state === 'idle') return <span className={classes.place}>{children}</span>
  return (
    <Link to="/clients/new/$draft/$step" params={{ draft, step }} className={classes.place}>
      {children}
    </Link>
  )
}
