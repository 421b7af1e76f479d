import { DAY_MS } from '../../../domain/situation.ts'
import { api, bodyOf, type Schema } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { timeIn } from '../../components/Time.tsx'
import { toast } from '../../components/toast.ts'
import { useZone } from '../../shell/useMe.ts'
import { keep } from './keep.ts'
import { addressesOf } from './words.ts'

/** Sends a new link through the channels of the last invitation, or through `through` only. */
export function ResendDialog(props: {
  client: Schema['OnboardingSummary']
  through?: 'email' | 'sms'
  onClose: () => void
}) {
  const { client, through, onClose } = props
  const zone = useZone()
  const ways = through ? [through] : (client.invitation?.channels ?? [])
  const to = addressesOf(client, ways)
  const until = new Date(Date.now() + client.linkDays * DAY_MS).toISOString()
  const act = async () => {
    const params = { path: { id: client.id } }
    const body = through ? { channels: [through] } : {}
    keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/invitations', { params, body })))
    toast(`Invitation sent to ${to}`)
  }
  return (
    <ActDialog
      title={`Resend to ${to}?`}
      says={`The old link stops working. The new one works until ${timeIn('end', until, Date.now(), zone)}.`}
      label="Resend"
      keep="Not now"
      act={act}
      onClose={onClose}
    />
  )
}
