import { Button, Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { refuseChange } from '../../domain/practice/team.ts'
import { api } from '../api/client.ts'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { NoRight } from '../components/page/NoRight.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { useMay, useMe } from '../shell/useMe.ts'
import { EveryonesFactor } from './EveryonesFactor.tsx'
import { InviteDialog } from './InviteDialog.tsx'
import { HandOverDialog, RemoveDialog, WithdrawDialog } from './LeavingDialogs.tsx'
import { Invited, Members, type Verb } from './Members.tsx'
import { type Member, membersQuery, useAct } from './queries.ts'
import { RoleDialog } from './RoleDialog.tsx'
import classes from './Team.module.css'
import { Teams } from './Teams.tsx'
import { nameOf, words } from './words.ts'

/** Lists and manages the members, the invited people and the teams of the practice. */
export function TeamPage() {
  const may = useMay()
  return may('manage_team') ? <Everybody /> : <NoRight title="Team" right="manage_team" />
}

function Everybody() {
  const { role } = useMe()
  const act = useAct()
  const { data, error, refetch } = useQuery(membersQuery)
  const [isInviting, setInviting] = useState(false)
  const [asked, setAsked] = useState<{ verb: Verb; member: Member } | null>(null)
  const close = () => setAsked(null)
  const team = data?.filter(({ state }) => state === 'active') ?? []
  const invited = data?.filter(({ state }) => state !== 'active') ?? []
  const refusal = (member: Member) => refuseChange(team, role, member, null)?.result
  const mayChange = (member: Member) => refusal(member) !== 'admins_only'
  const begin = (verb: Verb, member: Member) => {
    const { id, name, email, role: theirs, addClients } = member
    if (verb === 'allow') {
      const change = { params: { path: { id } }, body: { addClients: !addClients } }
      const message = addClients ? `${nameOf(member)} can’t add clients any more` : `${nameOf(member)} can add clients`
      return void act(() => api.PATCH('/api/v1/members/{id}', change), message)
    }
    if (verb === 'resend') {
      const body = { ...(name && { name }), email, role: theirs, addClients }
      return void act(() => api.POST('/api/v1/members', { body }), words.sent(email))
    }
    setAsked({ verb, member })
  }
  return (
    <>
      <PageTitle title="Team">
        <Button onClick={() => setInviting(true)}>Invite colleague</Button>
      </PageTitle>
      {error && !data && <ErrorState title="We couldn’t load the team" error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton height={240} aria-busy="true" />}
      {data && <Members members={team} mayChange={mayChange} onVerb={begin} />}
      {invited.length > 0 && (
        <section aria-labelledby="invited" className={classes.section}>
          <Title order={2} id="invited" mb="md">
            Invited
          </Title>
          <Invited members={invited} mayChange={mayChange} onVerb={begin} />
        </section>
      )}
      {data && <EveryonesFactor team={team} />}
      {data && <Teams />}
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {asked?.verb === 'role' && <RoleDialog member={asked.member} onClose={close} />}
      {asked?.verb === 'hand_over' && <HandOverDialog member={asked.member} onClose={close} />}
      {asked?.verb === 'remove' && (
        <RemoveDialog member={asked.member} isLastAdmin={refusal(asked.member) === 'last_admin'} onClose={close} />
      )}
      {asked?.verb === 'withdraw' && <WithdrawDialog member={asked.member} onClose={close} />}
    </>
  )
}
