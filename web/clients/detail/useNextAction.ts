import { useRouter } from '@tanstack/react-router'
import { api, bodyOf } from '../../api/client.ts'
import { say } from '../../components/tell.ts'
import { useClientPath } from '../frame/useClientPath.ts'
import { useCopyLink } from '../row/useCopyLink.ts'
import { keep } from '../verbs/keep.ts'
import { useSnooze } from '../verbs/useSnooze.ts'
import { phoneOf } from '../verbs/words.ts'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { openBooks } from './steps/openBooks.ts'

/** The one button of a client: its words, and what pressing it does. Null where there is nothing to press. */
export function useNextAction(
  client: Onboarding,
  onDo: (doing: Doing) => void,
): { label: string; act: () => Promise<void> } | null {
  const copyLink = useCopyLink()
  const path = useClientPath(client.id)
  const snooze = useSnooze()
  const router = useRouter()
  const { action, id } = client
  const params = { path: { id } }
  if (!action) return null
  const asks = (doing: Doing) => ({ label: action.label, act: async () => onDo(doing) })
  const does = (act: () => Promise<void>) => ({ label: action.label, act })
  const books = client.steps.find(({ kind }) => kind === 'books')
  const toBooks = does(async () => location.assign(await openBooks(id)))
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
      return does(() => copyLink(id))
    case 'send_link':
      return does(() => sendLink(client))
    case 'connect':
      return toBooks
    case 'choose_organisation':
    case 'check_organisation':
      return asks('ledger')
    case 'reconnect':
      // A bank is never the practice's to connect: the client is given the way.
      return books?.phase === 'lost' || books?.reason === 'permission' ? toBooks : does(() => copyLink(id))
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

/** Sends the client the link to go on with, where the last one went. */
async function sendLink({ id, invitation }: Onboarding): Promise<void> {
  const send = invitation?.email ? 'email' : 'sms'
  await api.POST('/api/v1/onboardings/{id}/links', { params: { path: { id } }, body: { send } })
  const address = send === 'email' ? invitation?.email : invitation?.phone && phoneOf(invitation.phone)
  say(`Link sent to ${address ?? 'the client'}`)
}
