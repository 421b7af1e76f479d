import { api } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { toast } from '../../components/toast.ts'
import type { User } from './queries.ts'
import { nameOf, words } from './words.ts'

/** Confirms removing a user or withdrawing an invitation, and explains the effect. */
export function RemoveUserDialog(props: {
  user: User
  organisation: { id: string; name: string }
  onDone: () => Promise<unknown>
  onClose: () => void
}) {
  const { user, organisation, onDone, onClose } = props
  const isActive = user.state === 'active'
  const name = nameOf(user)
  const remove = async () => {
    const params = { path: { id: organisation.id, user: user.id } }
    await api.DELETE('/api/v1/organisations/{id}/users/{user}', { params })
    await onDone()
    toast(isActive ? `Removed ${name}` : `Withdrew ${name}’s invitation`)
  }
  return (
    <ActDialog
      title={isActive ? `Remove ${name}?` : `Withdraw ${name}’s invitation?`}
      says={
        isActive
          ? `They no longer see or stop anything at ${organisation.name}, also by older links. What is shared stays as it is.`
          : 'Their link stops working now.'
      }
      label={isActive ? words.remove : words.withdraw}
      keep="Keep it"
      isDanger
      act={remove}
      onClose={onClose}
    />
  )
}
