import { Checkbox, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { ROLE_SAYS, ROLE_WORDS } from '../../domain/practice/rightWords.ts'
import { MEMBER_ROLES, type MemberRole } from '../../domain/rights.ts'
import { api } from '../api/client.ts'
import { PersonFields, personGiven } from '../components/PersonFields.tsx'
import { useMe } from '../shell/useMe.ts'
import { Dialog } from './Dialog.tsx'
import { words } from './words.ts'

/** Returns the roles that a member with the role `by` may give, the least first. */
export const rolesGivenBy = (by: string | null): MemberRole[] =>
  MEMBER_ROLES.filter((role) => role !== 'practice_admin' || by === 'practice_admin').reverse()

/** Invites a colleague by email. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { role: mine } = useMe()
  const [person, setPerson] = useState({ name: '', email: '' })
  const [role, setRole] = useState<MemberRole>('standard')
  const [addClients, setAddClients] = useState(false)
  const send = async () => {
    const body = { ...personGiven(person), role, addClients }
    await api.POST('/api/v1/members', { body })
    return words.sent(body.email)
  }
  return (
    <Dialog title="Invite colleague" label="Send invitation" act={send} onClose={onClose}>
      {(errorAt) => (
        <>
          <PersonFields person={person} errorAt={errorAt} onChange={setPerson} />
          <NativeSelect
            label="Role"
            description={ROLE_SAYS[role]}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as MemberRole)}
            data={rolesGivenBy(mine).map((value) => ({ value, label: ROLE_WORDS[value] }))}
          />
          {role === 'standard' && (
            <Checkbox
              label="Allow “add clients”"
              checked={addClients}
              onChange={(event) => setAddClients(event.currentTarget.checked)}
            />
          )}
        </>
      )}
    </Dialog>
  )
}
