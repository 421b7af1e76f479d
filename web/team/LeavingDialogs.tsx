import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { useColleagues } from '../clients/useColleagues.ts'
import { Select } from '../components/Select.tsx'
import { signInsQuery } from '../consents/queries.ts'
import { useMe } from '../shell/useMe.ts'
import { Dialog } from './Dialog.tsx'
import { type Member, membersQuery } from './queries.ts'
import { nameOf, words } from './words.ts'

/** Chooses the colleague who takes over a member's clients. */
function HeirSelect(props: {
  member: Member
  value: string | null
  onChange: (id: string | null) => void
  error?: string | undefined
}) {
  const { member, value, onChange, error } = props
  const { data = [] } = useQuery(membersQuery)
  const others = data.filter(({ id, state }) => state === 'active' && id !== member.id)
  return (
    <Select
      label={words.goTo(member.clients)}
      placeholder="Choose a colleague"
      required
      searchable
      allowDeselect
      data={others.map((one) => ({ value: one.id, label: nameOf(one) }))}
      value={value}
      onChange={onChange}
      error={error}
    />
  )
}

/** Hands all clients of a colleague over to another; both stay members. */
export function HandOverDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const names = useColleagues()
  const [heir, setHeir] = useState<string | null>(null)
  const name = nameOf(member)
  const handOver = async () => {
    const { clients } = await bodyOf(
      api.POST('/api/v1/members/{id}/hand-over', {
        params: { path: { id: member.id } },
        body: { clientsTo: heir ?? '' },
      }),
    )
    return words.handedOver(clients, names.get(heir ?? '') ?? 'them')
  }
  return (
    <Dialog
      title={`Hand over ${name}’s clients?`}
      says={`${name} stays in the team, and no longer manages them.`}
      label="Hand over clients"
      act={handOver}
      onClose={onClose}
    >
      {(errorAt) => <HeirSelect member={member} value={heir} onChange={setHeir} error={errorAt('clientsTo')} />}
    </Dialog>
  )
}

/** Says what a colleague's sign-ins at software hold, and leads to where they are handed over. */
function HeldClients({ member }: { member: Member }) {
  const { data } = useQuery(signInsQuery)
  const held = data?.items.filter(({ by }) => by.id === member.id).flatMap(({ clients }) => clients) ?? []
  if (held.length === 0) return null
  return (
    <Text size="sm">
      {words.holds(nameOf(member), held.length)}{' '}
      <Anchor inherit renderRoot={(props) => <Link to={'/consents/sign-ins' as string} {...props} />}>
        Hand over first
      </Anchor>
    </Text>
  )
}

/** Confirms removing a colleague and asks who takes over their clients. The last admin cannot be removed. */
export function RemoveDialog(props: { member: Member; isLastAdmin: boolean; onClose: () => void }) {
  const { member, isLastAdmin, onClose } = props
  const { user } = useMe()
  const [heir, setHeir] = useState<string | null>(null)
  const name = nameOf(member)
  const remove = async () => {
    const query = heir === null ? {} : { clientsTo: heir }
    await api.DELETE('/api/v1/members/{id}', { params: { path: { id: member.id }, query } })
    // A member who removed themselves leaves the page.
    if (user?.id === member.id) location.assign('/clients')
    return `Removed ${name}`
  }
  return (
    <Dialog
      title={`Remove ${name}?`}
      label="Remove"
      keep="Keep them"
      isDanger
      isBlocked={isLastAdmin}
      act={remove}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <Text size="sm">
            {isLastAdmin
              ? 'There must be at least one admin. Give someone else the role first.'
              : 'Signed out now. What they did stays under their name, and you can invite them again.'}
          </Text>
          {!isLastAdmin && <HeldClients member={member} />}
          {!isLastAdmin && member.clients > 0 && (
            <HeirSelect member={member} value={heir} onChange={setHeir} error={errorAt('clientsTo')} />
          )}
        </>
      )}
    </Dialog>
  )
}

/** Confirms withdrawing an invitation and explains the effect. */
export function WithdrawDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const name = nameOf(member)
  const withdraw = async () => {
    await api.DELETE('/api/v1/members/{id}', { params: { path: { id: member.id }, query: {} } })
    return `Withdrew ${name}’s invitation`
  }
  return (
    <Dialog
      title={`Withdraw ${name}’s invitation?`}
      says="Their link stops working now. You can invite them again."
      label="Withdraw invitation"
      keep="Keep it"
      isDanger
      act={withdraw}
      onClose={onClose}
    />
  )
}
