import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { PersonFields, personGiven } from '../../components/PersonFields.tsx'
import { toast } from '../../components/toast.ts'
import type { User } from './queries.ts'
import { ROLES, words } from './words.ts'

/** Invites another user of the client by email. */
export function InviteUserDialog(props: {
  organisationId: string
  onDone: () => Promise<unknown>
  onClose: () => void
}) {
  const { organisationId, onDone, onClose } = props
  const [person, setPerson] = useState({ name: '', email: '' })
  const [role, setRole] = useState<User['role']>('member')
  const invite = async () => {
    const body = { ...personGiven(person), role }
    await api.POST('/api/v1/organisations/{id}/users', { params: { path: { id: organisationId } }, body })
    toast(words.sent(body.email))
    await onDone()
  }
  return (
    <ActDialog title={words.invite} label="Send invitation" act={invite} onClose={onClose}>
      {(errorAt) => (
        <>
          <PersonFields person={person} errorAt={errorAt} onChange={setPerson} />
          <NativeSelect
            label="Role"
            description="A Business Admin looks after the users, too."
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as User['role'])}
            data={[
              { value: 'member', label: ROLES.member },
              { value: 'business_admin', label: ROLES.business_admin },
            ]}
          />
        </>
      )}
    </ActDialog>
  )
}
