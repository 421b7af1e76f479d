import { describe, expect, test } from 'vitest'
import type { Target } from '../../commands/execute.ts'
import { accept } from '../../commands/invitations/accept.ts'
import { decline } from '../../commands/invitations/decline.ts'
import { changeUserRole, removeUser } from '../../commands/users/changeUser.ts'
import { acceptUserInvitation, inviteUser } from '../../commands/users/inviteUser.ts'
import { moveClock } from '../../dev/demo/advance.ts'
import type { Actor } from '../../domain/events.ts'
import type { UserRole } from '../../domain/practice/users.ts'
import { ask } from '../domain/onboardings.ts'
import { forFile } from '../forFile.ts'
import { as, startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)

const staff: Actor = { type: 'staff', id: null }
const linkKeys = [{ id: 'k1', key: Buffer.alloc(32, 7) }]

const organisationOf = async ({ onboardingId }: Target): Promise<string> => {
  const [row] = await with_.owner<{ id: string }[]>`
    SELECT organisation_id AS id FROM onboarding WHERE id = ${onboardingId}`
  return row!.id
}
const usersOf = async (target: Target) =>
  with_.owner<{ personId: string; role: UserRole; address: string }[]>`
    SELECT person_id AS "personId", role, address FROM organisation_member
    WHERE organisation_id = ${await organisationOf(target)} AND removed_at IS NULL ORDER BY joined_at, person_id`
const eventsOf = ({ onboardingId }: Target, kind: string) =>
  with_.owner<{ data: Record<string, unknown> }[]>`
    SELECT data FROM event WHERE onboarding_id = ${onboardingId} AND kind = ${kind} ORDER BY seq`

/** Invites a further user; returns the invitation's token as its mail carries it. */
const invited = async (target: Target, email: string, role: UserRole = 'member') => {
  const outcome = await inviteUser({ ...with_.api, linkKeys }, target.practiceId, staff, await organisationOf(target), {
    name: 'Sam Reed',
    email,
    role,
    inviterName: null,
  })
  if (outcome.result !== 'invited') throw new Error(outcome.result)
  return outcome.invitation
}

/** Creates a client whose first user has accepted. */
const accepted = async () => {
  const target = await with_.create(await with_.createPractice())
  await accept(with_.api, target, await with_.ensureLink(target), null)
  return target
}

describe('the first user', () => {
  test('is made Business Admin by accepting, in the same transaction', async () => {
    const target = await accepted()
    expect(await usersOf(target)).toMatchObject([{ role: 'business_admin' }])
    expect(await eventsOf(target, 'accepted')).toMatchObject([{ data: { role: 'business_admin' } }])
  })

  test('is one, of any number who accept at the same instant', async () => {
    for (let i = 0; i < 5; i++) {
      const target = await with_.create(await with_.createPractice())
      const link = await with_.ensureLink(target)
      const others = await Promise.all(['sam', 'lena', 'omar'].map((name) => invited(target, `${name}@race.example`)))
      const outcomes = await Promise.all([
        accept(with_.api, target, link, null),
        accept(with_.api, target, link, null),
        ...others.map((one) => acceptUserInvitation(with_.api, target.practiceId, one)),
      ])
      expect(outcomes).toHaveLength(5)
      const users = await usersOf(target)
      expect(users).toHaveLength(4)
      expect(users.filter(({ role }) => role === 'business_admin')).toHaveLength(1)
      const joined = [...(await eventsOf(target, 'accepted')), ...(await eventsOf(target, 'users_changed'))]
      const first = joined.filter(({ data }) => data.what !== 'invited' && data.role === 'business_admin')
      expect(first).toHaveLength(1)
    }
  })

  test('is nobody who said no: whoever accepts after that is', async () => {
    const target = await with_.create(await with_.createPractice())
    await decline(with_.api, target, { type: 'client', id: null }, 'r1', 'other', null)
    expect(await usersOf(target)).toEqual([])
    await moveClock(with_.owner, target.onboardingId, 61_000)
    await with_.perform(target, ask.invite())
    await accept(with_.api, target, await with_.ensureLink(target), null)
    expect(await usersOf(target)).toMatchObject([{ role: 'business_admin' }])
  })

  test('and an acceptance that is refused makes nobody one', async () => {
    const target = await with_.create(await with_.createPractice())
    const link = await with_.ensureLink(target)
    await with_.perform(target, ask.cancel())
    expect(await accept(with_.api, target, link, null)).toMatchObject({ result: 'refused' })
    expect(await usersOf(target)).toEqual([])
  })

  test('invited by text alone is one, too; a copied link for a client without an address makes none', async () => {
    const target = await with_.create(await with_.createPractice(), ['sms'])
    await with_.owner`UPDATE invitation SET email = NULL WHERE onboarding_id = ${target.onboardingId}`
    await accept(with_.api, target, await with_.ensureLink(target, 'sms'), null)
    expect((await usersOf(target))[0]).toMatchObject({ role: 'business_admin', address: /^\+44/ })
    const nobody = await with_.create(await with_.createPractice(), ['link'])
    await with_.owner`UPDATE invitation SET email = NULL, phone = NULL WHERE onboarding_id = ${nobody.onboardingId}`
    expect(await accept(with_.api, nobody, await with_.ensureLink(nobody, 'link'), null)).toMatchObject({
      result: 'changed',
    })
    expect(await usersOf(nobody)).toEqual([])
  })
})

describe('the last Business Admin', () => {
  test('can neither be removed nor become a member', async () => {
    const target = await accepted()
    const [first] = await usersOf(target)
    const organisation = await organisationOf(target)
    const { practiceId } = target
    expect(await removeUser(with_.api, practiceId, staff, organisation, first!.personId)).toMatchObject({
      result: 'last_admin',
    })
    expect(await changeUserRole(with_.api, practiceId, staff, organisation, first!.personId, 'member')).toMatchObject({
      result: 'last_admin',
    })
    expect(await usersOf(target)).toHaveLength(1)
  })

  test('stays, when two remove each other at the same instant', async () => {
    for (let i = 0; i < 5; i++) {
      const target = await accepted()
      await acceptUserInvitation(
        with_.api,
        target.practiceId,
        await invited(target, `second.${i}@x.example`, 'business_admin'),
      )
      const organisation = await organisationOf(target)
      const [a, b] = await usersOf(target)
      const outcomes = await Promise.all(
        [a!, b!].map(({ personId }) => removeUser(with_.api, target.practiceId, staff, organisation, personId)),
      )
      expect(outcomes.map(({ result }) => result).sort()).toEqual(['changed', 'last_admin'])
      expect(await usersOf(target)).toMatchObject([{ role: 'business_admin' }])
    }
  })

  test('may go once somebody else has the role; who is removed and invited again comes back as a member', async () => {
    const target = await accepted()
    const organisation = await organisationOf(target)
    const { practiceId } = target
    await acceptUserInvitation(with_.api, practiceId, await invited(target, 'next@x.example'))
    const [first, second] = await usersOf(target)
    expect(
      await changeUserRole(with_.api, practiceId, staff, organisation, second!.personId, 'business_admin'),
    ).toMatchObject({ result: 'changed' })
    expect(await removeUser(with_.api, practiceId, staff, organisation, first!.personId)).toMatchObject({
      result: 'changed',
    })
    await acceptUserInvitation(with_.api, practiceId, await invited(target, first!.address))
    expect((await usersOf(target)).find(({ address }) => address === first!.address)?.role).toBe('member')
    expect((await eventsOf(target, 'users_changed')).map(({ data }) => data.what)).toEqual([
      'invited',
      'joined',
      'role_changed',
      'removed',
      'invited',
      'joined',
    ])
  })
})

describe('an invitation of a further user', () => {
  test('is used once, also by two at once, and dies by a newer one', async () => {
    const target = await accepted()
    const older = await invited(target, 'sam@once.example')
    const newer = await invited(target, 'sam@once.example')
    expect(await acceptUserInvitation(with_.api, target.practiceId, older)).toMatchObject({ result: 'not_found' })
    const twice = [0, 1].map(() => acceptUserInvitation(with_.api, target.practiceId, newer))
    expect((await Promise.all(twice)).map(({ result }) => result).sort()).toEqual(['changed', 'not_found'])
    expect(await usersOf(target)).toHaveLength(2)
  })

  test('to somebody who is there already is none', async () => {
    const target = await accepted()
    const [first] = await usersOf(target)
    await expect(invited(target, first!.address)).rejects.toThrow('already_member')
  })
})

describe('one address at several clients of several practices', () => {
  test('is one person, of whom each practice sees its own part alone', async () => {
    const targets = [await accepted(), await accepted()]
    for (const target of targets) {
      await acceptUserInvitation(with_.api, target.practiceId, await invited(target, 'both@shared.example'))
    }
    const people = await with_.owner<{ person: string; n: number }[]>`
      SELECT person_id AS person, count(*)::int AS n FROM organisation_member
      WHERE address = 'both@shared.example' GROUP BY 1`
    expect(people).toMatchObject([{ n: 2 }])
    await as(with_.database, 'api', targets[0]!.practiceId, async (sql) => {
      expect(await sql`SELECT FROM organisation_member WHERE address = 'both@shared.example'`).toHaveLength(1)
    })
    const everywhere = await with_.api.db.sql`SELECT * FROM portal_organisations(${people[0]!.person})`
    expect(new Set(everywhere.map((one) => one.practice_id))).toEqual(new Set(targets.map((one) => one.practiceId)))
  })

  test('its people, sessions and sign-in links are read by no process', async () => {
    const [row] = await with_.owner<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace, pg_roles r
      WHERE s.nspname = 'portal' AND c.relkind = 'r' AND r.rolname LIKE 'embark_%' AND NOT r.rolsuper
        AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')`
    expect(row?.n).toBe(0)
  })
})
