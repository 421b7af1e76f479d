import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import { ClientFrame } from '../frame/ClientFrame.tsx'
import { SoftwareDialog } from '../software/SoftwareDialog.tsx'
import { useLayout } from '../useLayout.ts'
import { usersQuery } from '../users/queries.ts'
import { ClientVerb, type ClientVerbName } from '../verbs/ClientVerb.tsx'
import { DisconnectDialog } from '../verbs/DisconnectDialog.tsx'
import { About } from './About.tsx'
import { Banner } from './Banner.tsx'
import classes from './ClientPage.module.css'
import { ComingUp } from './ComingUp.tsx'
import { Connections } from './connections/Connections.tsx'
import { useConnectedToast } from './connections/useConnectedToast.ts'
import { HeadActions } from './HeadActions.tsx'
import { DecideDialog } from './invitation/DecideDialog.tsx'
import { Invitation } from './invitation/Invitation.tsx'
import { InviteDialog } from './invitation/InviteDialog.tsx'
import { People } from './People.tsx'
import type { Onboarding } from './queries.ts'
import { LedgerDialog } from './steps/LedgerDialog.tsx'
import { StepDialog } from './steps/StepDialog.tsx'
import { Steps } from './steps/Steps.tsx'
import type { Step } from './steps/stepWords.ts'
import { Timeline } from './Timeline.tsx'
import { useVerbKeys } from './useVerbKeys.ts'

type Connection = Onboarding['connections'][number]

/** The open dialog, held by the page because its sections are remounted when the layout changes. */
export type Doing =
  | ClientVerbName
  | 'invite'
  | 'decide'
  | 'ledger'
  | 'software'
  | { step: Step['kind']; verb: 'skip' | 'complete' }
  | { disconnect: Connection }

/** The page of one client: situation, steps, invitation, connections, people and timeline. */
export function ClientPage() {
  // Reads the id without a fixed route, because support opens the same page at another address.
  const { id = '' } = useParams({ strict: false })
  const [doing, setDoing] = useState<Doing | null>(null)
  return (
    <ClientFrame id={id} tab="overview" actions={(client) => <HeadActions client={client} onDo={setDoing} />}>
      {(client, readAnew) => (
        // The key resets all state when another client is opened.
        <Fragment key={client.id}>
          <Banner client={client} onDo={setDoing} />
          <Overview client={client} onDo={setDoing} />
          <Dialog client={client} doing={doing} onDo={setDoing} readAnew={readAnew} />
        </Fragment>
      )}
    </ClientFrame>
  )
}

/** Lays the sections out in two columns, or in one column on narrow windows and phones. */
function Overview({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  useVerbKeys(client, onDo)
  useConnectedToast(client)
  const layout = useLayout()
  // Waits for the users: the length of their list shifts every section below.
  const { isPending } = useQuery(usersQuery(client.organisation.id))
  const steps = <Steps client={client} onDo={onDo} />
  const invitation = <Invitation client={client} onDo={onDo} />
  const next = <ComingUp client={client} onDo={onDo} />
  const connections = <Connections client={client} onDisconnect={(disconnect) => onDo({ disconnect })} />
  const people = <People client={client} />
  const about = <About client={client} />
  const timeline = <Timeline client={client} />
  if (layout === 'phone' || layout === 'narrow') {
    return (
      <Stack gap="lg" mt="lg" className={classes.stacked}>
        {steps}
        {invitation}
        {next}
        {connections}
        {!isPending && (
          <>
            {people}
            {about}
            {timeline}
          </>
        )}
      </Stack>
    )
  }
  return (
    <div className={classes.columns}>
      <Stack gap="lg">
        {steps}
        {connections}
        {timeline}
      </Stack>
      <Stack gap="lg">
        {invitation}
        {next}
        {!isPending && (
          <>
            {people}
            {about}
          </>
        )}
      </Stack>
    </div>
  )
}

function Dialog(props: {
  client: Onboarding
  doing: Doing | null
  onDo: (doing: Doing | null) => void
  readAnew: () => Promise<unknown>
}) {
  const { client, doing, onDo, readAnew } = props
  const close = () => onDo(null)
  if (doing !== null && typeof doing === 'object') {
    if ('disconnect' in doing) {
      return <DisconnectDialog client={client} connection={doing.disconnect} onClose={close} />
    }
    const step = client.steps.find(({ kind }) => kind === doing.step)
    return step ? <StepDialog verb={doing.verb} step={step} client={client} onClose={close} /> : null
  }
  switch (doing) {
    case null:
      return null
    case 'invite':
      return <InviteDialog client={client} onClose={close} onDone={readAnew} />
    case 'decide':
      return <DecideDialog client={client} onDo={onDo} onClose={close} />
    case 'software':
      return <SoftwareDialog client={client} onDisconnect={(disconnect) => onDo({ disconnect })} onClose={close} />
    case 'ledger':
      return <LedgerDialog client={client} onClose={close} />
    default:
      return <ClientVerb verb={doing} client={client} onClose={close} />
  }
}
