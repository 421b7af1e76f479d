import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ROLE_WORDS } from '../../domain/practice/rightWords.ts'
import { api } from '../api/client.ts'
import { useMe } from '../shell/useMe.ts'
import { Dialog } from './Dialog.tsx'
import type { Member } from './queries.ts'
import { ROLE_SAYS, words } from './words.ts'

/** The roles that somebody of `by` may give, the least first. */
export const rolesGivenBy = (by: string | null): Member['role'][] =>
  by === 'practice_admin' ? ['standard', 'client_admin', 'practice_admin'] : ['standard', 'client_admin']

/** Invites a colleague by mail. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { role: mine } = useMe()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Member['role']>('standard')
  const [addClients, setAddClients] = useState(false)
  const send = async () => {
    const to = email.trim()
    await api.POST('/api/v1/members', {
      body: { ...(name.trim() && { name: name.trim() }), email: to, role, addClients },
    })
    return words.sent(to)
  }
  return (
    <Dialog title={words.invite} label={words.send} act={send} onClose={onClose}>
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
            description={ROLE_SAYS[role]}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as Member['role'])}
            data={rolesGivenBy(mine).map((value) => ({ value, label: ROLE_WORDS[value] }))}
          />
          {role === 'standard' && (
            <Checkbox
              label={words.allow}
              checked={addClients}
              onChange={(event) => setAddClients(event.currentTarget.checked)}
            />
          )}
        </>
      )}
    </Dialog>
  )
}
