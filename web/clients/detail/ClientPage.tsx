import { Paper, Stack, Title } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Time } from '../../components/Time.tsx'
import { BulkDialog } from '../BulkDialog.tsx'
import type { BulkVerb } from '../bulk.ts'
import { ClientFrame } from '../ClientFrame.tsx'
import { useColleagues } from '../useColleagues.ts'
import { Banner } from './Banner.tsx'
import classes from './ClientPage.module.css'
import { Connections } from './Connections.tsx'
import { Invitation } from './Invitation.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import type { Onboarding } from './queries.ts'
import { Steps } from './Steps.tsx'
import { Timeline } from './Timeline.tsx'

/** What is being asked about, in a dialog over the page. */
export type Doing = BulkVerb | 'invite'

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
  const { id, organisation } = client
  const managers = useColleagues()
  const [doing, setDoing] = useState<Doing | null>(null)
  return (
    <>
      <Banner client={client} onDo={setDoing} onChanged={readAnew} />
      <div className={classes.columns}>
        <Stack gap="lg">
          <Steps client={client} />
          {client.connections.length > 0 && <Connections client={client} />}
          <Timeline id={id} />
        </Stack>
        <Stack gap="lg">
          <Invitation client={client} onDo={setDoing} />
          {client.nextTouches.length > 0 && (
            <Paper p="lg" component="section" aria-labelledby="touches">
              <Title order={2} id="touches">
                Next touches
              </Title>
              <ul className={classes.list}>
                {client.nextTouches.map(({ at, to, n }) => (
                  <li key={`${to}${n}`}>
                    <Time at={at} as="future" /> · {to === 'client' ? 'reminder to the client' : 'you’re reminded'}
                  </li>
                ))}
              </ul>
            </Paper>
          )}
        </Stack>
      </div>
      {doing === 'invite' && <InviteDialog client={client} onClose={() => setDoing(null)} onDone={readAnew} />}
      {doing && doing !== 'invite' && (
        <BulkDialog
          verb={doing}
          target={{ ids: [id] }}
          names={new Map([[id, organisation.name]])}
          managers={managers}
          onClose={() => {
            setDoing(null)
            void readAnew()
          }}
        />
      )}
    </>
  )
}
