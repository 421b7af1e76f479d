import { clientInstant } from '../../../domain/words/dates.ts'
import { Titled } from '../frame.tsx'
import { GoLink, PostButton, Ways } from '../parts.tsx'
import { Tabs } from './tabs.tsx'
import type { PortalRefusal, PortalUser, PortalView } from './view.ts'
import { words } from './words.ts'

type Of<P extends PortalView['page']> = Extract<PortalView, { page: P }>

/** The page on which a Business Admin sees the organisation's users. */
export function UsersPage({ view }: { view: Of<'users'> }) {
  const w = words.users
  const title = w.title(view.organisation)
  return (
    <Titled practice={view.practice} title={title}>
      <Tabs base={view.base} isAdmin here="users" />
      {view.done && <p role="status">{w.done[view.done]}</p>}
      {view.users.map((user) => (
        <section className="card" key={user.id}>
          <h2>{nameOf(user)}</h2>
          <p className="s m">{about(user)}</p>
          <Ways>
            <a href={`${view.base}/users/${user.id}`} aria-label={w.manageNamed(nameOf(user))}>
              {w.manage}
            </a>
          </Ways>
        </section>
      ))}
      <GoLink href={`${view.base}/users/new`} label={w.invite} />
    </Titled>
  )
}

/** The page of one user: the role, a new link, and the removal. */
export function ManageUserPage({ view }: { view: Of<'manage-user'> }) {
  const w = words.users
  const { user, base, organisation } = view
  const to = `${base}/users/${user.id}`
  const other = user.role === 'member' ? 'business_admin' : 'member'
  return (
    <Titled practice={view.practice} title={nameOf(user)}>
      <p className="s m">{about(user)}</p>
      <Refused code={view.refused} organisation={organisation} />
      {user.state === 'active' ? (
        <PostButton to={`${to}/role`} fields={{ role: other }} label={w.change[other]} look="no" />
      ) : (
        <PostButton to={`${to}/resend`} label={w.resend} />
      )}
      {user.state === 'active' && <p className="s m">{w.removeSays}</p>}
      <PostButton to={`${to}/remove`} label={user.state === 'active' ? w.remove : w.withdraw} look="no" />
      <Ways>
        <a href={`${base}/users`}>{w.back}</a>
      </Ways>
    </Titled>
  )
}

export function InviteUserPage({ view }: { view: Of<'invite-user'> }) {
  const w = words.users
  const title = w.inviteTitle(view.organisation)
  const invalid = view.refused === 'not_an_email' || view.refused === 'already_member'
  return (
    <Titled practice={view.practice} title={title}>
      <p>{w.inviteLead(view.practice.name)}</p>
      <Refused code={view.refused} organisation={view.organisation} />
      <form method="post" action={`${view.base}/users`}>
        <label>
          {w.name}
          <input name="name" defaultValue={view.name} maxLength={160} autoComplete="off" />
        </label>
        <label>
          {w.email}
          <input
            type="email"
            name="email"
            required
            defaultValue={view.email}
            maxLength={254}
            autoComplete="off"
            {...(invalid && { 'aria-invalid': true, 'aria-describedby': 'refused' })}
          />
        </label>
        <fieldset>
          <legend>{w.role}</legend>
          {(['member', 'business_admin'] as const).map((role) => (
            <label className="pick" key={role}>
              <input type="radio" name="role" value={role} defaultChecked={role === 'member'} /> {w.roles[role]}
            </label>
          ))}
        </fieldset>
        <button type="submit" className="go">
          {w.send}
        </button>
      </form>
      <Ways>
        <a href={`${view.base}/users`}>{w.back}</a>
      </Ways>
    </Titled>
  )
}

/** The page behind the mailed invitation of a further user. */
export function JoinUsersPage({ view }: { view: Of<'join-users' | 'joined-users' | 'join-ended'> }) {
  const w = words.join
  const { practice } = view
  switch (view.page) {
    case 'join-users':
      return (
        <Titled practice={practice} title={w.title(view.organisation)}>
          <p>{w.lead(view.inviter ?? view.practice.name, view.organisation, view.practice.name)}</p>
          <p>{w.as(words.users.roles[view.role])}</p>
          <PostButton to={`/home/join/${view.token}`} label={w.accept} />
          <p className="s m">{w.until(clientInstant(view.expiresAt, view.zone))}</p>
        </Titled>
      )
    case 'joined-users':
      return (
        <Titled practice={practice} title={w.joinedTitle(view.organisation)}>
          <p>{w.joined}</p>
          <PostButton to="/home/sign-in" fields={{ email: view.email }} label={words.signIn.ask} />
        </Titled>
      )
    case 'join-ended':
      return (
        <Titled practice={practice} title={w.endedTitle}>
          <p>{w.ended}</p>
          <Ways>
            <a href="/home/sign-in">{w.joinedBefore}</a>
          </Ways>
        </Titled>
      )
  }
}

const nameOf = ({ name, address }: PortalUser): string => name ?? address

function about({ name, address, role, state, isReader }: PortalUser): string {
  const w = words.users
  return [name === null ? null : address, w.roles[role], w.states[state], isReader ? w.you : null]
    .filter((part) => part !== null)
    .join(' · ')
}

function Refused({ code, organisation }: { code: PortalRefusal | null; organisation: string }) {
  return (
    code && (
      <p className="w" id="refused" role="alert">
        {words.refused[code](organisation)}
      </p>
    )
  )
}
