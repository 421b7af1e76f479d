import { Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { api, bodyOf } from '../../../api/client.ts'
import { copyText } from '../../../components/copyText.tsx'
import { ManageMenu, menuItem } from '../../../components/ManageMenu.tsx'
import { attempt, toast } from '../../../components/toast.ts'
import { useMay } from '../../../shell/useMe.ts'
import { useClientPath } from '../../frame/useClientPath.ts'
import { useCopyLink } from '../../row/useCopyLink.ts'
import { keep } from '../../verbs/keep.ts'
import { toastUndo } from '../../verbs/toastUndo.tsx'
import { firstWithin, STEP_NAMES } from '../../verbs/words.ts'
import classes from '../ClientPage.module.css'
import type { Doing } from '../ClientPage.tsx'
import type { Onboarding } from '../queries.ts'
import { openBooks } from './openBooks.ts'
import { ledgerAsks, type Step, stepWords } from './stepWords.ts'

/** The menu of verbs that the server allows on a step now; renders nothing if it allows none. */
export function StepMenu(props: { step: Step; client: Onboarding; onDo: (doing: Doing) => void }) {
  const { step, client, onDo } = props
  const may = useMay()
  const path = useClientPath(client.id)
  const link = useCopyLink()
  const can = (verb: Step['allowed'][number]) => step.allowed.includes(verb)
  const connection = client.connections.find(({ kind }) => kind === step.kind)
  const { within } = stepWords(step.kind)
  const params = { path: { id: client.id, step: step.kind } }
  const isOpen = step.state === 'open'
  const canConnect = can('connect') && step.way === 'connect'
  const isBooks = step.kind === 'books' && (step.allowed.length > 0 || connection !== undefined)
  const asked = ledgerAsks(step)
  const linked = isOpen && step.kind !== 'mapping' && (step.kind === 'bank' ? client.allowed.includes('link') : true)

  const hand = async (owner: Step['owner']) =>
    keep(await bodyOf(api.PATCH('/api/v1/onboardings/{id}/steps/{step}', { params, body: { owner } })))
  const handOver = attempt(async () => {
    const other = step.owner === 'client' ? 'practice' : 'client'
    await hand(other)
    toastUndo(`Handed ${within} to ${other === 'client' ? firstWithin(client) : 'us'}.`, () => hand(step.owner))
  })
  const reopen = attempt(async () => {
    keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/steps/{step}/reopen', { params })))
    toast(`Reopened ${within}`)
  })
  const copy = attempt(async () => {
    if (step.kind === 'bank') return link.pass(client)
    await copyText(await openBooks(client), 'Link copied. It works once, for 7 days')
  })
  const goToBooks = attempt(async () => location.assign(await openBooks(client)))

  const items = [
    canConnect && menuItem(asked ?? 'Connect', asked ? () => onDo('ledger') : goToBooks),
    isBooks && menuItem('Choose software', () => onDo('software')),
    can('match') && client.suggestions && (
      <Menu.Item key="match" component={Link} to={`${path}/match` as string}>
        Match accounts
      </Menu.Item>
    ),
    can('skip') && menuItem('Skip', () => onDo({ step: step.kind, verb: 'skip' })),
    can('complete') && menuItem('Mark done', () => onDo({ step: step.kind, verb: 'complete' })),
    can('reopen') && menuItem('Reopen', reopen),
    can('hand_over') && menuItem(step.owner === 'client' ? 'Hand to us' : 'Hand to client', handOver),
    linked &&
      (step.kind === 'bank' || canConnect) &&
      menuItem(`${step.kind === 'bank' ? link.verb : 'Copy'} connection link`, copy),
    connection && menuItem('Disconnect', () => onDo({ disconnect: connection }), 'danger'),
  ].filter(Boolean)
  if (!may('work_clients') || items.length === 0) return null
  return (
    <ManageMenu of={STEP_NAMES[step.kind]} className={classes.manage}>
      {items}
    </ManageMenu>
  )
}
