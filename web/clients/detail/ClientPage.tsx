import { Stack } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ClientFrame } from '../ClientFrame.tsx'
import { ClientVerb, type ClientVerbName } from '../verbs/ClientVerb.tsx'
import { Banner } from './Banner.tsx'
import { CheckDialog } from './CheckDialog.tsx'
import classes from './ClientPage.module.css'
import { Connections } from './Connections.tsx'
import { DecideDialog } from './DecideDialog.tsx'
import { Invitation } from './Invitation.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { NextTouches } from './NextTouches.tsx'
import type { Onboarding } from './queries.ts'
import { Steps } from './Steps.tsx'
import { Timeline } from './Timeline.tsx'

/** What is being asked about, in a dialog over the page. */
export type Doing = ClientVerbName | 'invite' | 'decide' | 'check'

/** One client: what blocks it, what there is to do, what was sent, and what happened. */
export function ClientPage() {
  // Under whichever address: support reaches the same page by its own.
  const { id = '' } = useParams({ strict: false })
  return (
    <ClientFrame id={id} tab="overview">
      {(client, readAnew) => <Overview client={client} readAnew={readAnew} />}
    </ClientFrame>
  )
}

function Overview({ client, readAnew }: { client: Onboarding; readAnew: () => Promise<unknown> }) {
  const [doing, setDoing] = useState<Doing | null>(null)
  return (
    <>
      <Banner client={client} onDo={setDoing} />
      <div className={classes.columns}>
        <Stack gap="lg">
          <Steps client={client} onDo={setDoing} />
          <Connections client={client} />
          <Timeline id={client.id} />
        </Stack>
        <Stack gap="lg">
          <Invitation client={client} onDo={setDoing} />
          <NextTouches client={client} onDo={setDoing} />
        </Stack>
      </div>
      <Dialog client={client} doing={doing} onDo={setDoing} readAnew={readAnew} />
    </>
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
  switch (doing) {
    case null:
      return null
    case 'invite':
      return <InviteDialog client={client} onClose={close} onDone={readAnew} />
    case 'decide':
      return <DecideDialog client={client} onDo={onDo} onClose={close} />
    case 'check':
      return <CheckDialog client={client} onClose={close} />
    default:
      return <ClientVerb verb={doing} client={client} onClose={close} />
  }
}
