import { useRouter } from '@tanstack/react-router'
import { api, bodyOf } from '../../api/client.ts'
import { useAskToConfirm } from '../../consents/useAskToConfirm.ts'
import { useMe } from '../../shell/useMe.ts'
import { useClientPath } from '../frame/useClientPath.ts'
import { sendLink, useCopyLink } from '../row/useCopyLink.ts'
import { keep } from '../verbs/keep.ts'
import { useSnooze } from '../verbs/useSnooze.ts'
import type { Doing } from './ClientPage.tsx'
import { askedAbout, hasEnded } from './connections/connectionWords.ts'
import type { Onboarding } from './queries.ts'
import { openBooks } from './steps/openBooks.ts'

/** The part of an open thing that decides its button. */
type Open = { action: Onboarding['action']; step: Onboarding['situation']['step'] }

/** Returns the label and the act of an open thing's button; null if there is nothing to press. */
export function useNextAction(
  client: Onboarding,
  { action, step }: Open,
  onDo: (doing: Doing) => void,
): { label: string; act: () => Promise<void> } | null {
  const link = useCopyLink()
  const path = useClientPath(client.id)
  const snooze = useSnooze()
  const router = useRouter()
  const { role } = useMe()
  const { canAsk, ask } = useAskToConfirm()
  const { id } = client
  const params = { path: { id } }
  if (!action) return null
  const asks = (doing: Doing) => ({ label: action.label, act: async () => onDo(doing) })
  const does = (act: () => Promise<void>) => ({ label: action.label, act })
  const toBooks = does(async () => location.assign(await openBooks(client)))
  switch (action.do) {
    case 'invite':
    case 'correct_address':
    case 'choose_address':
      return asks('invite')
    case 'resend':
    case 'send_again':
      return asks('resend')
    case 'decide':
      return asks('decide')
    case 'copy_link':
      return { label: link.label, act: () => link.pass(client) }
    case 'send_link':
      return does(() => sendLink(client))
    case 'connect':
      return toBooks
    case 'choose_software':
      return asks('software')
    case 'mark_done':
      return asks({ step: 'books', verb: 'complete' })
    case 'choose_organisation':
    case 'check_organisation':
      return asks('ledger')
    case 'ask_to_share': {
      const ended = client.connections.find((one) => one.kind === 'bank' && hasEnded(one, Date.now()))
      const asked = ended && askedAbout(client, ended)
      return asked && canAsk(asked) ? does(async () => ask(asked)) : null
    }
    case 'reconnect': {
      // Books that a completed client lost are reconnected in place.
      const books = client.connections.find(({ kind, state }) => kind === 'books' && state === 'lost')
      if (step === 'books' && books && client.status === 'completed') {
        return role === 'support' ? null : does(async () => router.history.push(`${path}?reconnect=${books.id}`))
      }
      // Only the client can connect a bank, so the practice sends or copies the link.
      return step === 'books' ? toBooks : does(() => link.pass(client))
    }
    case 'match':
      return does(async () => router.history.push(`${path}/match`))
    case 'wake':
      return does(async () => snooze(client, null))
    case 'reopen':
      if (!client.allowed.includes('undo_cancel')) return asks('reopen')
      return {
        label: 'Undo',
        act: async () => keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/cancel/undo', { params }))),
      }
  }
}
