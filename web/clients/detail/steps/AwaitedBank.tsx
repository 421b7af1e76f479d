import { Menu } from '@mantine/core'
import { api, bodyOf } from '../../../api/client.ts'
import { ManageMenu } from '../../../components/ManageMenu.tsx'
import { Shown } from '../../../components/plain/Shown.tsx'
import { MoveChip } from '../../../components/plain/States.tsx'
import { Time } from '../../../components/Time.tsx'
import { attempt } from '../../../components/toast.ts'
import { useMay } from '../../../shell/useMe.ts'
import { MOVES, shownAsk } from '../../../words/states.ts'
import { useCopyLink } from '../../row/useCopyLink.ts'
import { keep } from '../../verbs/keep.ts'
import { toastUndo } from '../../verbs/toastUndo.tsx'
import classes from '../ClientPage.module.css'
import type { Onboarding } from '../queries.ts'
import { OpenFor } from './OpenFor.tsx'

type Awaited = Onboarding['awaitedBanks'][number]

/** Returns the name of the row of a bank that completion waits for beside the first. */
const awaitedName = ({ bank }: Awaited): string => (bank ? `Bank: ${bank}` : 'Another bank')

/** The row of a bank that completion waits for beside the first, with its verbs. */
export function AwaitedBank({ ask, client, isFresh }: { ask: Awaited; client: Onboarding; isFresh: boolean }) {
  const may = useMay()
  const link = useCopyLink()
  const name = awaitedName(ask)
  const isOpen = ask.state === 'open'
  const give = async (state: Awaited['state']) => {
    const params = { path: { id: client.id, ask: ask.id } }
    keep(await bodyOf(api.PATCH('/api/v1/onboardings/{id}/bank-asks/{ask}', { params, body: { state } })))
  }
  const close = (state: Awaited['state'], said: string) =>
    attempt(async () => {
      await give(state)
      toastUndo(said, () => give('open'))
    })
  const can = (state: Awaited['state']) => ask.allowed.includes(state)
  return (
    <li className={classes.step} data-over={ask.state === 'not_needed' || undefined} data-fresh={isFresh || undefined}>
      <strong className={classes.name}>{name}</strong>
      <span className={classes.state}>
        <Shown state={shownAsk(ask.state)} about={name} />
      </span>
      <span className={classes.what} data-failed={ask.downSince !== null || undefined}>
        {ask.downSince && (
          <>
            {ask.bank ?? 'The bank'} isn’t answering since <Time at={ask.downSince} as="since" />. We keep trying; the
            client isn’t asked.
          </>
        )}
      </span>
      <span className={classes.when}>
        {isOpen ? <OpenFor since={ask.askedAt} /> : <Time at={ask.closedAt ?? ask.askedAt} />}
      </span>
      <span className={classes.owner}>
        {isOpen && client.situation.move !== null ? (
          <MoveChip move={ask.downSince ? 'bank' : 'client'} />
        ) : (
          MOVES.client.label
        )}
      </span>
      {may('work_clients') && (ask.allowed.length > 0 || isOpen) && (
        <ManageMenu of={name} className={classes.manage}>
          {can('not_needed') && (
            <Menu.Item onClick={close('not_needed', `${name} is not needed.`)}>Not needed</Menu.Item>
          )}
          {can('done') && <Menu.Item onClick={close('done', `Marked ${name} as done.`)}>Mark done</Menu.Item>}
          {can('open') && <Menu.Item onClick={attempt(() => give('open'))}>Reopen</Menu.Item>}
          {isOpen && client.allowed.includes('link') && (
            <Menu.Item onClick={attempt(() => link.pass(client))}>{link.verb} connection link</Menu.Item>
          )}
        </ManageMenu>
      )}
    </li>
  )
}
