import { Anchor, Button, Paper, Title } from '@mantine/core'
import { IconCircleCheck, IconMail, IconPalette, IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { ActButton } from '../../components/ActButton.tsx'
import { Hidden } from '../../components/plain/Hidden.tsx'
import { toast, toastFailure } from '../../components/toast.ts'
import { practiceQuery } from '../../settings/queries.ts'
import { useMay, useMe } from '../../shell/useMe.ts'
import { useAdmins } from '../list/allowed.ts'
import classes from './FirstSteps.module.css'

type Step = {
  title: string
  text: string
  icon: typeof IconMail
  isDone: boolean
  /** Draws the step's button; null if this member can do nothing about it. */
  act: ((variant: 'filled' | 'default') => ReactNode) | null
}

/**
 * Lists the first things to do in a new practice for members who manage its settings, until all are done or the list is
 * hidden. With `hasClients` no button is filled, because the page has a filled button already.
 */
export function FirstSteps({ hasClients }: { hasClients: boolean }) {
  const may = useMay()
  const steps = useSteps(hasClients)
  const hide = useMutation({
    mutationFn: () => bodyOf(api.PATCH('/api/v1/practice', { body: { firstStepsHidden: true } })),
    onSuccess: (practice) => queries.setQueryData(practiceQuery.queryKey, practice),
    onError: toastFailure,
  })
  if (!may('manage_settings') || !steps) return null
  const next = hasClients ? undefined : steps.find(({ isDone, act }) => !isDone && act !== null)
  return (
    <Paper component="section" aria-labelledby="first-steps" className={classes.card} p="lg">
      <div className={classes.head}>
        <Title order={2} id="first-steps">
          Get started
        </Title>
        <Anchor component="button" size="sm" onClick={() => hide.mutate()}>
          Hide this list
        </Anchor>
      </div>
      <ul className={classes.steps}>
        {steps.map((step) => {
          const Icon = step.isDone ? IconCircleCheck : step.icon
          return (
            <li key={step.title} data-done={step.isDone || undefined}>
              <Icon size={20} stroke={1.75} aria-hidden="true" />
              <div>
                <strong>
                  {step.isDone && <Hidden>Done: </Hidden>}
                  {step.title}
                </strong>
                <p>{step.text}</p>
              </div>
              {!step.isDone && step.act?.(step === next ? 'filled' : 'default')}
            </li>
          )
        })}
      </ul>
    </Paper>
  )
}

/** Returns the steps in order; null while loading, hidden, or all done. */
function useSteps(hasClients: boolean): Step[] | null {
  const me = useMe()
  const may = useMay()
  const admins = useAdmins('add_clients')
  const { data: practice } = useQuery({ ...practiceQuery, enabled: may('manage_settings') })
  if (!practice || practice.firstStepsHidden) return null
  const leads = (to: string, words: string) => (variant: 'filled' | 'default') => (
    <Button variant={variant} renderRoot={(props) => <Link to={to as string} {...props} />}>
      {words}
    </Button>
  )
  const steps: Step[] = [
    {
      title: 'Add your logo and colour',
      text: 'About 2 minutes. Clients see them on every page and email.',
      icon: IconPalette,
      isDone: practice.logo !== null || practice.brandColour !== null,
      act: leads('/settings/branding', 'Open Branding'),
    },
    {
      title: 'Check what clients will read',
      text: 'Sends you the real email.',
      icon: IconMail,
      isDone: practice.testMailAt !== null,
      act: (variant) => <SendTest variant={variant} />,
    },
    {
      title: 'Invite your colleagues',
      text: 'Or do this later.',
      icon: IconUsersGroup,
      isDone: me.colleagues > 0,
      act: may('manage_team') ? leads('/team', 'Open Team') : null,
    },
    {
      title: 'Add your first client',
      text: may('add_clients')
        ? 'A company name is enough. Embark invites them, reminds them, and tells you when the bank and the books are connected.'
        : `${admins} can add clients.`,
      icon: IconPlus,
      isDone: hasClients,
      act: may('add_clients') ? leads('/clients/new', 'Add client') : null,
    },
  ]
  return steps.every(({ isDone }) => isDone) ? null : steps
}

function SendTest({ variant }: { variant: 'filled' | 'default' }) {
  const send = async () => {
    const { to } = await bodyOf(api.POST('/api/v1/practice/test-mail', { body: { kind: 'invitation' } }))
    await queries.invalidateQueries({ queryKey: practiceQuery.queryKey })
    toast(`Test sent to ${to}`)
  }
  return (
    <ActButton variant={variant} act={send}>
      Send me a test
    </ActButton>
  )
}
