import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOfClient } from '../../api/sight.ts'
import { endpoints, openEndpoints } from '../../api/staff/endpoints.ts'
import { ROLE_WORDS } from '../../domain/practice/rightWords.ts'
import { MEMBER_ROLES, type Right, type Role, rightsOf, rightsOfScopes } from '../../domain/rights.ts'
import { as, ROLES as PROCESS_ROLES } from '../db/engineAway.ts'
import { forFile } from '../forFile.ts'
import { againstSandbox } from '../providers/againstSandbox.ts'
import { bodyOf, idIn, kindOf, type Operation, operationsOf, type Things } from './operations.ts'
import { lineOf, RIGHTS_TABLE } from './rightsTable.ts'
import { type Answer, type StaffApi, startStaffApi, type TestPractice } from './staffHarness.ts'
import { makeOne, makeThings, snapshotOf } from './things.ts'

/** A caller: their rights in their own practice, and the way to call. `practice` names another practice. */
type Caller = {
  name: string
  /** Null for a key. */
  personId: string | null
  rights: readonly Right[]
  /** True for a key that may only read: it may send nothing but a GET. */
  isReader?: boolean
  call(operation: Operation, things: Things, practice?: string): Promise<Answer>
}

const sandbox = forFile(againstSandbox)

/** Runs the tests against an app with its own check of rights, or without. */
function withApi(checksRights: boolean) {
  const at = {} as {
    api: StaffApi
    own: TestPractice
    ownThings: Things
    victim: TestPractice
    things: Things
    text: string
    operations: Operation[]
    callers: Caller[]
    outsider: Caller
    known: Right[]
  }
  beforeAll(async () => {
    at.api = await startStaffApi({ checksRights, email: sandbox.resend() })
    at.own = await at.api.createPractice()
    at.victim = await at.api.createPractice({ name: 'Secrets LLP' })
    at.ownThings = await makeThings(at.api, at.own, 'Open')
    at.things = await makeThings(at.api, at.victim, 'Secrets')
    await at.api.createPerson('practice_admin', at.victim, { name: 'Vera Secrets' })
    await at.api.owner`UPDATE practice SET support_access = 'always' WHERE id = ${at.own.id}`
    at.text = await snapshotOf(at.api, at.victim.id)
    at.operations = (await operationsOf(at.api)).filter(({ right }) => right !== undefined)
    at.callers = await callersOf(at.api, at.own)
    at.outsider = await person(at.api, at.own, 'somebody without a practice', null)
  })
  afterAll(() => at.api?.stop())
  return at
}

/** Returns callers of every role, and keys of each scope. */
async function callersOf(api: StaffApi, own: TestPractice): Promise<Caller[]> {
  const readKey = await api.createKey(own.slug, ['read'])
  return [
    ...(await Promise.all(MEMBER_ROLES.map((role) => person(api, own, `a ${ROLE_WORDS[role]}`, role)))),
    await person(api, own, 'a Standard who may add clients', 'standard', true),
    await person(api, own, 'a support person', 'support'),
    key(api, 'a key', own.key, ['read', 'write']),
    key(api, 'a reading key', readKey, ['read']),
  ]
}

async function person(api: StaffApi, own: TestPractice, name: string, role: Role | null, addClients = false) {
  const made = await api.createPerson(role, own, { name: 'Tom Caller', addClients })
  const cookie = await api.signIn(made)
  const rights = role === null ? [] : rightsOf(role, { addClients })
  const call = (operation: Operation, things: Things, practice?: string) =>
    api.callAs(cookie, idIn(operation, things), {
      method: operation.method,
      body: bodyOf(operation, things),
      // A support person belongs to no practice, so always names one.
      ...((practice ?? role === 'support') && { practice: practice ?? own.id }),
    })
  return { name, personId: made.id, rights, call }
}

function key(api: StaffApi, name: string, token: string | null, scopes: ('read' | 'write')[]): Caller {
  const call = (operation: Operation, things: Things, practice?: string) =>
    api.call(idIn(operation, things), {
      method: operation.method,
      body: bodyOf(operation, things),
      key: token,
      ...(practice && { headers: { 'embark-practice': practice } }),
    })
  return { name, personId: null, rights: rightsOfScopes(scopes), isReader: !scopes.includes('write'), call }
}

/** The operations by which support reaches across practices; their own tests cover their limits. */
const reachesAcross = ({ name }: Operation) => lineOf(name).right === 'help_practices'

/** Returns true if the hand-written table allows it, independent of the code. */
const may = ({ rights, isReader = false }: Caller, { name, method }: Operation) => {
  if (isReader && method !== 'GET') return false
  const { right } = lineOf(name)
  return right === null || rights.includes(right)
}
const said = ({ status, body }: Answer) => `${status} ${body?.code ?? ''}`.trim()

/** Runs acts in parallel: their order does not matter, because none may change anything. */
const together = <T>(all: T[], act: (one: T) => Promise<void>) => Promise.all(all.map(act))

/** Expects that an answer contains nothing of the other practice. */
function expectNothingOf(victim: TestPractice, things: Things, answer: Answer, what: string) {
  for (const secret of [victim.id, victim.slug, 'Secrets', ...Object.values(things)]) {
    expect(answer.text.includes(secret), `${what}: ${secret}`).toBe(false)
  }
}

/** Returns the answer without the practice that has not let support in. */
function withoutRefusal(answer: Answer, { id }: TestPractice): Answer {
  const { practice, detail, access, ...rest } = answer.body
  expect([practice, detail, access]).toEqual([
    { id, name: 'Secrets LLP' },
    "Secrets LLP hasn't let support in.",
    'on_request',
  ])
  return { ...answer, text: JSON.stringify(rest) }
}

describe('the wall of rights', () => {
  const at = withApi(true)

  test('stands before every endpoint, each with the right that is written for it', () => {
    expect(at.operations).toHaveLength(endpoints.length)
    const declared = endpoints.map(({ method, path, access }) => [`${method} ${path}`, [access?.right, access?.about]])
    expect(Object.fromEntries(declared)).toEqual(RIGHTS_TABLE)
    const documented = at.operations.map(({ name, right }) => [name.replace('/api/v1', ''), right])
    const written = Object.entries(RIGHTS_TABLE).map(([name, [right]]) => [name, right])
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(written))
    // Every endpoint that leads to a client by id declares that.
    const clients = ['onboardings', 'organisations', 'connections', 'consents', 'sign-ins', 'drafts'].map(
      (first) => `/${first}/{id}`,
    )
    for (const { path, access } of endpoints) {
      expect([path, access && isOfClient(access.about)]).toEqual([path, clients.some((one) => path.startsWith(one))])
    }
    // The open endpoints are few, and each is intended.
    expect(openEndpoints.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'post /sign-up',
      'get /join/{token}',
      'post /join/{token}',
      'post /sign-on/find',
    ])
  })

  test('without a key or a session nothing answers', async () => {
    for (const operation of at.operations) {
      // Resets the limit on requests with unknown keys.
      await at.api.owner`DELETE FROM rate_limit WHERE key LIKE 'unknown_key:%'`
      const answer = await key(at.api, 'nobody', 'emb_unknown', []).call(operation, at.ownThings)
      expect([operation.name, said(answer)]).toEqual([operation.name, '401 unauthorized'])
    }
    const without = await key(at.api, 'nobody', null, []).call(at.operations[0]!, at.ownThings)
    expect(said(without)).toBe('401 unauthorized')
  })

  test('at home, each role gets what its rights allow and is refused the rest by name', async () => {
    for (const operation of at.operations) {
      for (const caller of at.callers) {
        const things = await freshThings(operation, caller)
        await giveReason(caller, things)
        const answer = await caller.call(operation, things)
        const what = `${operation.name} as ${caller.name}: ${said(answer)}`
        if (may(caller, operation)) expect([401, 403, 404, 500, 503], what).not.toContain(answer.status)
        else {
          expect(answer.status, what).toBe(403)
          expect(['no_right', 'forbidden'], what).toContain(answer.body.code)
          if (answer.body.code === 'no_right') expect(answer.body.right, what).toBe(lineOf(operation.name).right)
        }
        if (operation.method !== 'GET') await repair()
      }
    }
  }, 240_000)

  test('in another practice, each finds nothing, whatever his rights', async () => {
    for (const operation of at.operations.filter(({ path }) => path.includes('{id}'))) {
      await together(at.callers, async (caller) => {
        if (reachesAcross(operation) && may(caller, operation)) return
        const answer = await caller.call(operation, at.things)
        const what = `${operation.name} as ${caller.name}: ${said(answer)}`
        expect(answer.status, what).toBe(may(caller, operation) ? 404 : 403)
        expectNothingOf(at.victim, at.things, answer, what)
      })
    }
    expect(await snapshotOf(at.api, at.victim.id)).toBe(at.text)
  }, 120_000)

  test('a person who names another practice is refused; a key stays in its own', async () => {
    for (const operation of at.operations) {
      await together(at.callers, async (caller) => {
        const answer = await caller.call(operation, at.things, at.victim.id)
        const what = `${operation.name} as ${caller.name}: ${said(answer)}`
        const isSupport = caller.rights.includes('help_practices')
        const refused = isSupport ? '403 support_not_allowed' : '403 no_practice'
        if (!caller.name.includes('key')) expect(said(answer), what).toBe(refused)
        // Support may see in this one refusal which practice it must ask.
        const rest = isSupport ? withoutRefusal(answer, at.victim) : answer
        expectNothingOf(at.victim, at.things, rest, what)
      })
    }
    expect(await snapshotOf(at.api, at.victim.id)).toBe(at.text)
  }, 120_000)

  test('somebody without a practice sees himself and nothing else', async () => {
    for (const operation of at.operations) {
      const answer = await at.outsider.call(operation, at.ownThings)
      const expected = operation.right === null ? '200' : '403 no_practice'
      expect([operation.name, said(answer)]).toEqual([operation.name, expected])
    }
  })

  /** Gives support's reason, which opening a client needs. */
  const giveReason = async (caller: Caller, things: Things) => {
    const said = at.operations.find(({ name }) => name === 'post /api/v1/support/looks')
    if (said && may(caller, said)) expect((await caller.call(said, things)).status).toBe(201)
  }

  /** Returns things that no earlier call has used up, when the call is allowed. */
  const freshThings = async (operation: Operation, caller: Caller): Promise<Things> => {
    const kind = kindOf(operation)
    if (kind === null || !may(caller, operation)) return at.ownThings
    if (operation.method === 'GET' && kind !== 'draft') return at.ownThings
    const things = { ...at.ownThings, ...(await makeOne(at.api, at.own, 'Open', kind)) }
    // Only the person who began a draft sees it.
    if (kind === 'draft' && caller.personId !== null) {
      await at.api.owner`UPDATE client_draft SET created_by_type = 'staff', created_by_id = ${caller.personId}
        WHERE id = ${things.draft}`
    }
    // A saved view belongs to one person.
    if (kind === 'view' && caller.personId !== null) {
      await at.api.owner`UPDATE saved_view SET user_id = ${caller.personId} WHERE id = ${things.view}`
    }
    return things
  }
  /** Restores support access, which an admin's call may have ended. */
  const repair = () => at.api.owner`UPDATE practice SET support_access = 'always' WHERE id = ${at.own.id}`
})

describe('with the wall of rights down, row-level security alone', () => {
  const at = withApi(false)

  test('shows nothing of another practice to any role, and lets nothing of it be changed', async () => {
    const callers = [...at.callers.filter(({ name }) => name !== 'a reading key'), at.outsider]
    for (const operation of at.operations) {
      await together(callers, async (caller) => {
        if (reachesAcross(operation) && may(caller, operation)) return
        for (const practice of [undefined, at.victim.id]) {
          const answer = await caller.call(operation, at.things, practice)
          const what = `${operation.name} as ${caller.name}: ${said(answer)}`
          expect([401, 403], what).not.toContain(answer.status)
          if (operation.path.includes('{id}')) expect(answer.status, what).toBe(404)
          expectNothingOf(at.victim, at.things, answer, what)
        }
      })
    }
    expect(await snapshotOf(at.api, at.victim.id)).toBe(at.text)
  }, 240_000)

  test('shows no process a row of another practice, in whatever table', async () => {
    const { owner, database } = at.api
    const tables = await owner<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'practice_id' ORDER BY 1`
    let held = 0
    for (const { name } of tables) {
      const [there] = await owner<{ n: number }[]>`
        SELECT count(*)::int AS n FROM ${owner(name)} WHERE practice_id = ${at.victim.id}`
      held += there!.n > 0 ? 1 : 0
      for (const role of PROCESS_ROLES) {
        const [may] = await owner`SELECT has_table_privilege(${`embark_${role}`}, ${name}, 'SELECT') AS read`
        if (!may?.read) continue
        const rows = await as(
          database,
          role,
          at.own.id,
          (sql) => sql<{ n: number }[]>`
          SELECT count(*)::int AS n FROM ${sql(name)} WHERE practice_id <> ${at.own.id}`,
        )
        expect([name, role, rows[0]?.n]).toEqual([name, role, 0])
      }
    }
    expect(held).toBeGreaterThan(10)
  })
})
