import '@mantine/core/styles/Radio.css'
import { Radio, Stack } from '@mantine/core'
import { useState } from 'react'
import { ROLE_SAYS, ROLE_WORDS } from '../../domain/practice/rightWords.ts'
import { api } from '../api/client.ts'
import { useMe } from '../shell/useMe.ts'
import { Dialog } from './Dialog.tsx'
import { rolesGivenBy } from './InviteDialog.tsx'
import type { Member } from './queries.ts'
import { nameOf } from './words.ts'

/** Changes a colleague's role, which takes effect with their next request. */
export function RoleDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { role: mine } = useMe()
  const [role, setRole] = useState(member.role)
  const name = nameOf(member)
  const change = async () => {
    await api.PATCH('/api/v1/members/{id}', { params: { path: { id: member.id } }, body: { role } })
    return `${name}: ${ROLE_WORDS[role]}`
  }
  return (
    <Dialog title={`${name}’s role`} label="Change role" act={change} onClose={onClose}>
      {(errorAt) => (
        <Radio.Group
          aria-label="Role"
          value={role}
          onChange={(value) => setRole(value as Member['role'])}
          error={errorAt('role')}
          description={
            mine === 'practice_admin' ? undefined : 'Only a Practice Admin can give this role or take it away.'
          }
        >
          <Stack gap="md">
            {rolesGivenBy(mine).map((value) => (
              <Radio
                key={value}
                value={value}
                label={ROLE_WORDS[value]}
                description={ROLE_SAYS[value]}
                data-autofocus={value === member.role || undefined}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
    </Dialog>
  )
}
