import { api } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { toast } from '../../components/toast.ts'
import type { User } from './queries.ts'
import { nameOf, words } from './words.ts'

/** Confirms sending a user a new link, which turns off the old one. */
export function ResendUserDialog(props: {
  user: User
  organisationId: string
  onDone: () => Promise<unknown>
  onClose: () => void
}) {
  const { user, organisationId, onDone, onClose } = props
  const to = user.email ?? user.phone ?? nameOf(user)
  const resend = async () => {
    const params = { path: { id: organisationId, invitation: user.id } }
    await api.POST('/api/v1/organisations/{id}/users/{invitation}/resend', { params })
    toast(words.sent(to))
    await onDone()
  }
  return (
    <ActDialog
      title={`Resend to ${to}?`}
      says="The old link stops working."
      label="Resend"
      keep="Not now"
      act={resend}
      onClose={onClose}
    />
  )
}
