import { api, bodyOf } from '../../api/client.ts'
import { copyText } from '../../components/copyText.tsx'
import { timeIn } from '../../components/Time.tsx'
import { toast } from '../../components/toast.ts'
import { useMe, useZone } from '../../shell/useMe.ts'
import { phoneOf } from '../verbs/words.ts'

type Reached = { email: string | null; phone: string | null }

/** A client whose link is passed on, with its addresses as far as they are known. */
type Client = { id: string; invitation?: Reached | null; organisation?: { contact?: Reached | null } }

/**
 * Returns the button's label and act: members copy the link and see its expiry; support sends it to the client, because
 * support never receives the link itself. `pass` throws a `Problem`.
 */
export function useCopyLink(): { verb: 'Copy' | 'Send'; label: string; pass: (client: Client) => Promise<void> } {
  const zone = useZone()
  const { role } = useMe()
  const copy = async ({ id }: Client) => {
    const { url, expiresAt } = await bodyOf(api.POST('/api/v1/onboardings/{id}/links', { params: { path: { id } } }))
    const until = expiresAt ? `. It works until ${timeIn('end', expiresAt, Date.now(), zone)}` : ''
    await copyText(url ?? '', `Link copied${until}`)
  }
  const [verb, pass] = role === 'support' ? (['Send', sendLink] as const) : (['Copy', copy] as const)
  return { verb, label: `${verb} link`, pass }
}

/** Sends the client a link by email, or by text if there is no email address. Throws a `Problem`. */
export async function sendLink({ id, invitation, organisation }: Client): Promise<void> {
  const to = invitation ?? organisation?.contact
  const send = to?.phone && !to.email ? 'sms' : 'email'
  await api.POST('/api/v1/onboardings/{id}/links', { params: { path: { id } }, body: { send } })
  const address = send === 'email' ? to?.email : to?.phone && phoneOf(to.phone)
  toast(`Link sent to ${address ?? 'the client'}`)
}
