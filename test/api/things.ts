import { randomUUID } from 'node:crypto'
import { writeConnection } from '../writtenConnection.ts'
import type { Things } from './operations.ts'
import type { StaffApi, TestPractice } from './staffHarness.ts'

/** Creates one thing of each kind in the practice; the names contain `word`. */
export async function makeThings(api: StaffApi, practice: TestPractice, word: string): Promise<Things> {
  return {
    ...(await makeOne(api, practice, word, 'connection')),
    ...(await makeOne(api, practice, word, 'draft')),
    ...(await makeOne(api, practice, word, 'member')),
    ...(await makeOne(api, practice, word, 'team')),
    ...(await makeOne(api, practice, word, 'view')),
    ...(await makeOne(api, practice, word, 'apiKey')),
    practice: practice.id,
  } as Things
}

/** Creates one thing of a kind, and the things it depends on. */
export async function makeOne(
  api: StaffApi,
  practice: TestPractice,
  word: string,
  kind: keyof Things,
): Promise<Partial<Things>> {
  switch (kind) {
    case 'onboarding':
    case 'organisation':
    case 'bankAsk':
    case 'connection':
    case 'signIn':
    case 'user':
    case 'userInvitation':
      return makeClient(api, practice, word)
    case 'draft': {
      const data = { organisation: { name: `Draft ${word} Ltd` } }
      return { draft: (await api.post('drafts', { data }, { key: practice.key })).body.id as string }
    }
    case 'member':
      return { member: (await api.createPerson('standard', practice, { name: `Priya ${word}` })).id }
    case 'team': {
      const [team] = await api.owner<{ id: string }[]>`
        INSERT INTO team (practice_id, name) VALUES (${practice.id}, ${`Payroll ${word} ${randomUUID().slice(0, 8)}`})
        RETURNING id`
      return { team: team!.id }
    }
    case 'view': {
      const [view] = await api.owner<{ id: string }[]>`
        INSERT INTO saved_view (practice_id, name, place, search)
        VALUES (${practice.id}, ${`${word} ${randomUUID().slice(0, 8)}`}, 'list', '{}') RETURNING id`
      return { view: view!.id }
    }
    case 'practice':
      return { practice: practice.id }
    case 'apiKey': {
      const [apiKey] = await api.owner<{ id: string }[]>`
        INSERT INTO api_key (practice_id, name, key_sha256, scopes)
        VALUES (${practice.id}, ${word}, sha256(uuid_send(${randomUUID()})), '{read}') RETURNING id`
      return { apiKey: apiKey!.id }
    }
  }
}

/** Creates a client that everyone of the practice may see, with a link, a connected bank, and another one awaited. */
async function makeClient(api: StaffApi, practice: TestPractice, word: string) {
  const email = `jo.${randomUUID().slice(0, 8)}@${word.toLowerCase()}.example`
  const client = {
    organisation: { name: `Harbour ${word} Ltd` },
    invitation: { name: 'Jo', email },
    access: { everyone: true },
  }
  const { id, organisation } = await api.create(client, practice.key)
  await api.post(`onboardings/${id}/links`, {}, { key: practice.key })
  const connection = await writeConnection(api.owner, id, 'bank', { provider: 'test' })
  const [signIn] = await api.owner<{ id: string }[]>`
    INSERT INTO sign_in (id, practice_id, provider, opened_by, tokens_sealed, used_at)
    VALUES (${randomUUID()}, ${practice.id}, 'test', 'practice', '', now()) RETURNING id`
  await writeConnection(api.owner, id, 'books', { provider: 'test', sign_in_id: signIn!.id })
  const bankAsk = randomUUID()
  await api.owner`
    INSERT INTO bank_ask (onboarding_id, id, practice_id, is_awaited, asked_at) VALUES (${id}, ${bankAsk}, ${practice.id}, true, now())`
  const users = await api.owner<{ id: string }[]>`
    INSERT INTO portal.person (address) VALUES (${`admin.${email}`}), (${`member.${email}`}) RETURNING id`
  const [user] = await api.owner<{ id: string }[]>`
    INSERT INTO organisation_member (practice_id, organisation_id, person_id, name, address, role, joined_at)
    SELECT ${practice.id}, ${organisation.id}, id, ${word}, address,
      CASE WHEN address LIKE 'admin.%' THEN 'business_admin' ELSE 'member' END, now()
    FROM portal.person WHERE id = ANY (${users.map((one) => one.id)}) ORDER BY address DESC RETURNING person_id AS id`
  const [userInvitation] = await api.owner<{ id: string }[]>`
    INSERT INTO user_invitation (practice_id, organisation_id, email, role, key_id, token_sha256, expires_at)
    VALUES (${practice.id}, ${organisation.id}, ${`next.${email}`}, 'member', 'k1', sha256(uuid_send(${randomUUID()})),
      now() + interval '1 day') RETURNING id`
  return {
    onboarding: id as string,
    organisation: organisation.id as string,
    bankAsk,
    connection: connection.id,
    signIn: signIn!.id,
    user: user!.id,
    userInvitation: userInvitation!.id,
  }
}

/** Returns all rows of a practice as text, without the traces of reads (such as a key's last use). */
export async function snapshotOf(api: StaffApi, practiceId: string): Promise<string> {
  const tables = await api.owner<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'practice_id' ORDER BY 1`
  const rows = await Promise.all(
    tables.map(
      ({ name }) =>
        api.owner`SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM ${api.owner(name)} t
          WHERE practice_id = ${practiceId} ORDER BY 1`,
    ),
  )
  const [practice] = await api.owner`SELECT to_jsonb(p)::text AS row FROM practice p WHERE id = ${practiceId}`
  return JSON.stringify([practice, rows])
}
