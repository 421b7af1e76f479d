import { createHash, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createOnboarding } from '../../commands/createOnboarding.ts'
import { eraseClient } from '../../commands/organisations/eraseClient.ts'
import { NO_DETAILS } from '../../db/onboardings/organisationDetails.ts'
import { countHit } from '../../db/rateLimit.ts'
import { forFile } from '../forFile.ts'
import { startHarness, testActor } from '../harness.ts'
import { found, historyOf } from './history.ts'
import { type Asked, type Client, journeyOf } from './journey.ts'

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

const NAME = 'Quillfeather Bakery Ltd'
const personal = {
  name: 'Quillfeather',
  contact: 'Ottilie Vandersnoot',
  contactEmail: 'ottilie@quillfeather.example',
  contactPhone: '+447700900123',
  invited: 'Barnaby Thistlewick',
  email: 'barnaby@quillfeather.example',
  phone: '+447700900456',
  inviter: 'Priyanka Osterhagen',
  message: 'Lovely to see you at the lighthouse on Tuesday.',
  niNumber: 'QQ123456Y',
  // Ends in a letter that neither an id nor an instant (…456Z) can have.
  last4: '456Y',
  postcode: 'ZE1 0AA',
  practiceCode: 'QF-00917',
  companiesHouseNumber: '09812345',
  industry: 'Ornithological cakes',
  incomeSource: 'Wedding cakes of Lerwick',
  evidence: 'Barnaby said so on the phone.',
  skipReason: 'Barnaby keeps a shoebox.',
  told: 'I would rather ask Ottilie.',
  asked: 'Guillemot Savings of Lerwick',
  looked: 'Barnaby could not find the mail.',
}

const doer = { actor: { type: 'staff' as const, id: randomUUID() }, address: '192.0.2.1' }

const erase = (client: Client, organisationId: string, name = NAME) =>
  eraseClient(harness.commands, journey.providers, client.practice.id, doer, randomUUID(), organisationId, name)

const organisationOf = async (id: string): Promise<string> => {
  const [row] = await harness.owner<{ id: string }[]>`SELECT organisation_id AS id FROM onboarding WHERE id = ${id}`
  return row?.id ?? ''
}

async function createWhole(): Promise<Client> {
  const input = {
    organisation: {
      ...NO_DETAILS,
      name: NAME,
      kind: 'business' as const,
      practiceCode: personal.practiceCode,
      industry: personal.industry,
      software: 'xero' as const,
      country: null,
      currency: null,
      companiesHouseNumber: personal.companiesHouseNumber,
      contact: { name: personal.contact, email: personal.contactEmail, phone: personal.contactPhone },
      niNumberSealed: journey.providers.sealer.seal(personal.niNumber, 'organisation'),
      niNumberLast4: personal.last4,
      postcode: personal.postcode,
      incomeSources: [{ name: personal.incomeSource, type: 'self_employment' as const }],
    },
    invitation: {
      name: personal.invited,
      email: personal.email,
      phone: personal.phone,
      message: personal.message,
      inviterName: personal.inviter,
      channels: ['email' as const, 'sms' as const],
    },
    connectable: ['xero'],
    managerId: null,
    access: null,
    steps: { bank: 'client', books: 'practice', mapping: 'practice' } as const,
  }
  const created = await createOnboarding(harness.commands, harness.practice.id, testActor, input, async (_tx, id) => ({
    id,
    ...personal,
  }))
  if (created.result !== 'created') throw new Error(`not created: ${JSON.stringify(created)}`)
  const { id } = created.response as { id: string }
  const target = { practiceId: harness.practice.id, onboardingId: id }
  return { id, email: personal.email, phone: personal.phone, practice: harness.practice, target }
}

/** Returns all places of these texts in the whole database, as `table.column`, in columns of any type. */
async function placesOf(values: string[]): Promise<string[]> {
  const columns = await harness.owner<{ schema: string; table: string; column: string }[]>`
    SELECT c.table_schema AS schema, c.table_name AS table, c.column_name AS column
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema IN ('public', 'portal', 'identity') AND t.table_type = 'BASE TABLE'`
  const places = await Promise.all(
    columns.map(async ({ schema, table, column }) => {
      const name = harness.owner(column)
      const rows = await harness.owner<{ value: string }[]>`
        SELECT value FROM unnest(${values}::text[]) AS value
        WHERE EXISTS (SELECT FROM ${harness.owner(schema)}.${harness.owner(table)} t
          WHERE strpos(lower(t.${name}::text), lower(value)) > 0)`
      return rows.map(({ value }) => `${table}.${column}: ${value}`)
    }),
  )
  return places.flat()
}

/** Returns the client's data besides its names: provider ids, bank names, numbers. */
async function heldOf(id: string): Promise<string[]> {
  const rows = await harness.owner<{ text: string }[]>`
    SELECT DISTINCT text FROM (
      SELECT unnest(ARRAY[ni_number_sealed, intake_address, ledger_name]) AS text FROM organisation
        WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${id})
      UNION ALL SELECT encode(token_sha256, 'hex') FROM link WHERE onboarding_id = ${id}
      UNION ALL SELECT unnest(ARRAY[recipient, provider_id]) FROM message
        WHERE onboarding_id = ${id} AND purpose NOT LIKE 'staff%'
      UNION ALL SELECT unnest(ARRAY[institution_name, external_id, verifier_sealed]) FROM auth_session WHERE onboarding_id = ${id}
      UNION ALL SELECT unnest(ARRAY[institution_name, tenant_name, tenant_id, external_id])
        FROM connection WHERE onboarding_id = ${id}
      UNION ALL SELECT tokens_sealed FROM sign_in
        WHERE id IN (SELECT sign_in_id FROM connection WHERE onboarding_id = ${id})
      UNION ALL SELECT unnest(ARRAY[a.holder, a.account_number, a.iban]) FROM connection_account a
        JOIN connection c ON c.id = a.connection_id WHERE c.onboarding_id = ${id}
    ) AS everything WHERE text IS NOT NULL AND length(text) > 3 AND text NOT IN ('Xero', 'xero')`
  return rows.map((row) => row.text)
}

/** Counts forms sent with its links and sessions, sign-in links for its people, and invitations of its users. */
async function countHits(id: string, organisationId: string): Promise<void> {
  const rows = await harness.owner<{ key: string }[]>`
    SELECT 'form:' || id AS key FROM link WHERE onboarding_id = ${id}
    UNION ALL SELECT 'form:' || id FROM auth_session WHERE onboarding_id = ${id}
    UNION ALL SELECT 'form:' || id FROM user_invitation WHERE organisation_id = ${organisationId}
    UNION ALL SELECT 'form:' || person_id FROM organisation_member WHERE organisation_id = ${organisationId}`
  const addresses = await harness.owner<{ email: string }[]>`
    SELECT email FROM invitation WHERE onboarding_id = ${id} AND email IS NOT NULL
    UNION SELECT contact_email FROM organisation WHERE id = ${organisationId} AND contact_email IS NOT NULL`
  const hashed = addresses.flatMap(({ email }) => keysOf(email, organisationId))
  for (const key of [...rows.map((row) => row.key), ...hashed]) await countHit(harness.commands.db, key, 60_000)
}

const keysOf = (email: string, organisationId: string) => {
  const hash = createHash('sha256').update(email).digest('base64url')
  return [`sign-in-link:${hash}`, `user:${organisationId}:${hash}`]
}

/** Returns the number of counters that name its links, sessions, people, addresses or the client itself. */
async function hitsOf(id: string, organisationId: string, emails: string[]): Promise<number> {
  const keys = emails.flatMap((email) => keysOf(email, organisationId))
  const [row] = await harness.owner<{ n: number }[]>`
    SELECT count(*)::int AS n FROM rate_limit r WHERE r.key = ANY (${keys}) OR strpos(r.key, ${organisationId}) > 0
      OR EXISTS (SELECT FROM link l WHERE l.onboarding_id = ${id} AND strpos(r.key, l.id::text) > 0)
      OR EXISTS (SELECT FROM auth_session s WHERE s.onboarding_id = ${id} AND strpos(r.key, s.id::text) > 0)`
  return row?.n ?? 0
}

/** Returns the kinds of its events that still name a bank. */
async function banksIn(id: string): Promise<string[]> {
  const rows = await harness.owner<{ kind: string }[]>`
    SELECT DISTINCT kind FROM event WHERE onboarding_id = ${id} AND data::text LIKE '%ob-northgate%' ORDER BY kind`
  return rows.map((row) => row.kind)
}

test('of an erased client nothing personal is left in any column of any table, nor in the engine', async () => {
  const client = await createWhole()
  const organisationId = await organisationOf(client.id)
  await journey.mail(client, /^Join/)
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  expect(await journey.accept(client)).toMatchObject({ result: 'changed' })
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
  expect(await journey.connectBooks(client, NAME)).toMatchObject({ is: 'connected' })
  const { owner } = harness
  await owner`UPDATE onboarding_step SET evidence = ${personal.evidence}, skip_reason = ${personal.skipReason},
    last_error = ${personal.told} WHERE onboarding_id = ${client.id}`
  await owner`UPDATE onboarding SET cancel_reason = ${personal.told}, decline_note = ${personal.told} WHERE id = ${client.id}`
  await owner`INSERT INTO told (practice_id, onboarding_id, request_id, about, text, name, email)
    VALUES (${harness.practice.id}, ${client.id}, 'r', 'which_bank', ${personal.told}, ${personal.contact}, ${personal.contactEmail})`
  await owner`INSERT INTO text_opt_out (practice_id, phone) VALUES (${harness.practice.id}, ${personal.phone})`
  await owner`INSERT INTO link_view (link_id, practice_id)
    SELECT id, practice_id FROM link WHERE onboarding_id = ${client.id} LIMIT 1`
  await owner`INSERT INTO user_invitation (practice_id, organisation_id, name, email, role, key_id, token_sha256, expires_at)
    VALUES (${harness.practice.id}, ${organisationId}, ${personal.contact}, ${personal.contactEmail}, 'member', 'k1',
      sha256('x'), now())`
  await owner`INSERT INTO idempotency_key (practice_id, route, key, body_sha256, response, about)
    VALUES (${harness.practice.id}, 'PATCH', 'k', sha256('x'), ${owner.json(personal)}, ${[organisationId]})`
  await journey.askForBank(client, { institution: 'ob-guillemot', institutionName: personal.asked }, true)
  await countHits(client.id, organisationId)
  const neighbour = await harness.create({ name: 'Neighbour Ltd' })
  for (const key of keysOf(neighbour.email, await organisationOf(neighbour.id))) {
    await countHit(harness.commands.db, key, 60_000)
  }

  const values = [...Object.values(personal), ...(await heldOf(client.id))]
  expect(values.length).toBeGreaterThan(30)
  const before = await placesOf(values)
  expect(await banksIn(client.id)).toEqual(['accepted', 'bank_started'])
  for (const value of values) expect(before.filter((place) => place.endsWith(`: ${value}`))).not.toEqual([])

  expect(await erase(client, organisationId, 'Somebody else')).toEqual({ result: 'other_name' })
  expect((await harness.row(client.id)).status).toBe('accepted')
  expect(await erase(client, organisationId, ` ${NAME.toUpperCase()} `)).toMatchObject({ result: 'erased' })
  expect(await journey.ended(client)).toBe('COMPLETED')

  expect(await placesOf(values)).toEqual([])
  expect(await banksIn(client.id)).toEqual([])
  expect(await hitsOf(client.id, organisationId, [personal.email, personal.contactEmail])).toBe(0)
  expect(await hitsOf(neighbour.id, await organisationOf(neighbour.id), [neighbour.email])).toBe(2)
  expect(found(await historyOf(harness, client.id), values)).toEqual([])
  const [left] = await owner`SELECT count(*)::int AS n FROM link_view v JOIN link l ON l.id = v.link_id
    WHERE l.onboarding_id = ${client.id}`
  expect(left).toEqual({ n: 0 })
  expect((await harness.events(client.id)).map((event) => event.kind)).toEqual(
    expect.arrayContaining(['invited', 'accepted', 'bank_connected', 'cancelled', 'disconnected', 'erased']),
  )
  expect(await placesOf([neighbour.email, 'Neighbour Ltd'])).not.toEqual([])
  const audits = () => owner`SELECT kind, subject_id, actor_id FROM audit_event WHERE kind = 'client_erased'`
  expect(await audits()).toEqual([{ kind: 'client_erased', subject_id: organisationId, actor_id: doer.actor.id }])
  // A repeat does nothing, whatever name is typed; and the client cannot be restored.
  const seq = (await harness.row(client.id)).fact_seq
  expect(await erase(client, organisationId, 'Whatever')).toEqual({ result: 'erased', endedThere: true })
  expect((await harness.row(client.id)).fact_seq).toBe(seq)
  expect(await audits()).toHaveLength(1)
  const again: Asked[] = [{ do: 'undo_cancel' }, { do: 'reopen', steps: [] }]
  for (const command of again) {
    expect(await journey.order(client.target, command)).toMatchObject({ result: 'refused', refusal: { allowed: [] } })
  }
})
