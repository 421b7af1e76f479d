import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { say } from '../../components/tell.ts'
import type { User } from './queries.ts'
import { ROLES, words } from './words.ts'

/** Invites a further user of the client, by mail. */
export function InviteUserDialog(props: {
  organisationId: string
  onDone: () => Promise<unknown>
  onClose: () => void
}) {
  const { organisationId, onDone, onClose } = props
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<User['role']>('member')
  const invite = async () => {
    const body = { email: email.trim(), role, ...(name.trim() && { name: name.trim() }) }
    await api.POST('/api/v1/organisations/{id}/users', { params: { path: { id: organisationId } }, body })
    say(words.sent(body.email))
    await onDone()
  }
  return (
    <ActDialog title={words.invite} label="Send invitation" act={invite} onClose={onClose}>
      {(errorAt) => (
        <>
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt('name')}
            autoComplete="off"
            data-autofocus
          />
          <TextInput
            label="Email"
            type="email"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={errorAt('email')}
            autoComplete="off"
          />
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
