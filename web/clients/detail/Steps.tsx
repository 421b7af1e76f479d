import { Paper, Title } from '@mantine/core'
import { StepState } from '../../components/States.tsx'
import { Time } from '../../components/Time.tsx'
import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'

const NAMES = { bank: 'Bank', books: 'Books', mapping: 'Match' }
const OWNERS = { client: 'Client', practice: 'Us' }

/** The steps in the order of the journey: how far each is, whose it is, and since when. */
export const Steps = ({ client }: { client: Onboarding }) => (
  <Paper p="lg" component="section" aria-labelledby="steps">
    <Title order={2} id="steps">
      Steps
    </Title>
    <ol className={classes.list}>
      {client.steps.map((step) => (
        <li key={step.kind} className={classes.step}>
          <strong>{NAMES[step.kind]}</strong>
          <StepState step={step} iconOnly={false} />
          <span>{OWNERS[step.owner]}</span>
          <Time at={step.doneAt ?? step.skippedAt ?? step.since} as="past" />
          {(step.lastError ?? step.skipReason ?? step.evidence) && (
            <span className={classes.dimmed}>{step.lastError ?? step.skipReason ?? step.evidence}</span>
          )}
        </li>
      ))}
    </ol>
  </Paper>
)
