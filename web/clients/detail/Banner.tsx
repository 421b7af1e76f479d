import { Button, Paper } from '@mantine/core'
import { useState } from 'react'
import { api, bodyOf } from '../../api/client.ts'
import { useMay } from '../../shell/useMe.ts'
import { SecondLine } from '../SecondLine.tsx'
import { Sentence } from '../Sentence.tsx'
import classes from './ClientPage.module.css'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { tellFailure, useCopyLink } from './tell.ts'

type Action = NonNullable<Onboarding['action']>['do']

/** What a button opens that asks something first; the others act at once. */
const ASKS: Partial<Record<Action, Doing>> = {
  invite: 'invite',
  correct_address: 'invite',
  choose_address: 'invite',
  decide: 'invite',
  resend: 'resend',
  send_again: 'resend',
}

/** The situation in one line, and the one thing to do about it; filled only when the move is ours. */
export function Banner(props: { client: Onboarding; onDo: (doing: Doing) => void; onChanged: () => Promise<unknown> }) {
  const { client, onDo, onChanged } = props
  const may = useMay()
  const copyLink = useCopyLink()
  const [isBusy, setBusy] = useState(false)
  const { action } = client
  const params = { path: { id: client.id } }
  const acts: Partial<Record<Action, () => Promise<void>>> = {
    copy_link: () => copyLink(client.id),
    send_link: () => copyLink(client.id),
    connect: () => connect(),
    reconnect: () => connect(),
    wake: async () => {
      await api.POST('/api/v1/onboardings/{id}/resume', { params })
    },
  }
  const connect = async () => {
    const body = { step: 'books', provider: 'xero' } as const
    const { url } = await bodyOf(api.POST('/api/v1/onboardings/{id}/connections', { params, body }))
    location.assign(url)
  }
  const asks = action && ASKS[action.do]
  const act = action && acts[action.do]
  const press = async () => {
    if (asks) return onDo(asks)
    setBusy(true)
    try {
      await act?.()
      await onChanged()
    } catch (error) {
      tellFailure(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Paper p="lg" component="section" aria-label="Situation" className={classes.banner}>
      <div>
        <Sentence row={client} />
        <span className={classes.dimmed}>
          <SecondLine row={client} />
        </span>
      </div>
      {action && (asks || act) && may('work_clients') && (
        <Button variant={client.situation.move === 'practice' ? 'filled' : 'default'} loading={isBusy} onClick={press}>
          {action.label}
        </Button>
      )}
    </Paper>
  )
}
