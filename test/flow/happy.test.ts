import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createOnboarding } from '../../commands/createOnboarding.ts'
import { NO_DETAILS } from '../../db/onboardings/organisationDetails.ts'
import { forFile } from '../forFile.ts'
import { startHarness, testActor } from '../harness.ts'
import { waitFor } from '../waitFor.ts'
import { countsOf, found, historyOf, record } from './history.ts'
import { type Client, journeyOf } from './journey.ts'

const harness = forFile(startHarness)
const journey = forFile(() => journeyOf(harness))

const organisation = 'Quillfeather Bakery Ltd'
const personal = {
  practice: 'Wobblestone & Pryce',
  contact: 'Ottilie Vandersnoot',
  invited: 'Barnaby Thistlewick',
  inviter: 'Priyanka Osterhagen',
  message: 'Lovely to see you at the lighthouse on Tuesday.',
  contactPhone: '+447700900123',
  invitedPhone: '+447700900456',
  niNumber: 'QQ123456Z',
  // Contains a letter that no id can have.
  last4: '456Z',
  postcode: 'ZE1 0AA',
  practiceCode: 'QF-00917',
  companiesHouseNumber: '09812345',
  incomeSource: 'Quillfeather wedding cakes',
}

async function createWhole(): Promise<Client> {
  const practice = await harness.createPractice({ name: personal.practice, sender_name: 'Wobblestone post' })
  const email = `barnaby.${randomUUID().slice(0, 8)}@harbour.example`
  const input = {
    organisation: {
      ...NO_DETAILS,
      name: organisation,
      kind: 'business' as const,
      practiceCode: personal.practiceCode,
      industry: 'bakery',
      software: 'xero' as const,
      solutions: ['bookkeeping'],
      country: null,
      currency: null,
      companiesHouseNumber: personal.companiesHouseNumber,
      contact: { name: personal.contact, email: `ottilie@harbour.example`, phone: personal.contactPhone },
      niNumberSealed: journey.providers.sealer.seal(personal.niNumber, 'organisation'),
      niNumberLast4: personal.last4,
      postcode: personal.postcode,
      incomeSources: [{ name: personal.incomeSource, type: 'self_employment' as const }],
    },
    invitation: {
      name: personal.invited,
      email,
      phone: personal.invitedPhone,
      message: personal.message,
      inviterName: personal.inviter,
      channels: ['email' as const],
    },
    connectable: ['xero'],
    managerId: null,
    access: null,
    steps: { bank: 'client', books: 'practice', mapping: 'practice' } as const,
  }
  const created = await createOnboarding(harness.commands, practice.id, testActor, input, async (_tx, id) => id)
  if (created.result !== 'created') throw new Error(`not created: ${JSON.stringify(created)}`)
  const id = created.response as string
  return { id, email, phone: personal.invitedPhone, practice, target: { practiceId: practice.id, onboardingId: id } }
}

/** Returns all texts of the row and its dependants that are neither ids nor choices; the client reference is an id. */
async function textsOf(id: string): Promise<string[]> {
  const { owner } = harness
  const rows = await owner<{ text: string }[]>`
    SELECT DISTINCT text FROM (
      SELECT unnest(ARRAY[name, practice_code, contact_name, contact_email, contact_phone, ni_number_sealed,
        ledger_name, postcode, intake_address]) AS text
        FROM organisation WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${id})
      UNION ALL SELECT unnest(ARRAY[name, email, phone, message, inviter_name]) FROM invitation WHERE onboarding_id = ${id}
      UNION ALL SELECT unnest(ARRAY[recipient, provider_id]) FROM message WHERE onboarding_id = ${id}
      UNION ALL SELECT unnest(ARRAY[institution_name, external_id, verifier_sealed]) FROM auth_session WHERE onboarding_id = ${id}
      UNION ALL SELECT unnest(ARRAY[institution_name, tenant_name, tenant_id, external_id])
        FROM connection WHERE onboarding_id = ${id}
      UNION ALL SELECT unnest(ARRAY[subject, tokens_sealed]) FROM sign_in
        WHERE id IN (SELECT sign_in_id FROM connection WHERE onboarding_id = ${id})
      UNION ALL SELECT unnest(ARRAY[a.name, a.holder, a.sort_code, a.account_number, a.iban]) FROM connection_account a
        JOIN connection c ON c.id = a.connection_id WHERE c.onboarding_id = ${id}
    ) AS everything WHERE text IS NOT NULL AND text <> ''`
  return rows.map((row) => row.text)
}

test('from creation to completion: four mails, at most 40 events, and nothing personal in the engine', async () => {
  const client = await createWhole()
  const invitation = await journey.mail(client, /^Join/)
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  expect(await journey.accept(client)).toMatchObject({ result: 'changed' })
  expect(await journey.connectBank(client)).toMatchObject({ is: 'connected' })
  await harness.untilMessage(client.id, 'staff_bank_connected', ['sent', 'delivered'])
  expect(await journey.connectBooks(client, organisation)).toMatchObject({ is: 'connected' })
  expect(await journey.map(client)).toMatchObject({ result: 'changed' })
  await harness.until(client.id, 'completed')
  expect(await journey.ended(client)).toBe('COMPLETED')

  expect((await harness.events(client.id)).map((event) => event.kind)).toEqual([
    'created',
    'invited',
    'provisioned',
    'message',
    'message',
    'accepted',
    'bank_started',
    'bank_connected',
    'message',
    'message',
    'books_started',
    'books_connected',
    'mapped',
    'completed',
    'message',
    'message',
    'message',
    'message',
  ])
  const subjects = async (to: string) => (await harness.control.messagesTo(to)).map((mail) => mail.subject).reverse()
  expect(await subjects(client.email)).toEqual([
    `Join ${organisation}: invitation from ${personal.practice}`,
    `${organisation} is all set`,
  ])
  expect(await subjects(client.practice.notificationEmail)).toEqual([
    expect.stringContaining('bank'),
    expect.stringContaining('ready to go'),
  ])
  expect(await harness.control.call('GET', '/messages')).toMatchObject({ messages: { length: 4 } })

  const history = await historyOf(harness, client.id)
  console.info(`happy path: ${history.events.length} events`, countsOf(history))
  expect(history.events.length).toBeLessThanOrEqual(40)

  const values = [...Object.values(personal), ...(await textsOf(client.id)), harness.tokenIn(invitation)]
  expect(values.length).toBeGreaterThan(30)
  expect(found(history, values)).toEqual([])
  await record(harness, 'happy', client.id)
  expect(found(history, ['@', 'http', 'bakery', 'Northgate', harness.publicUrl, harness.sandboxUrl])).toEqual([])
  // Proves that the search works: it finds ids.
  expect(found(history, [client.id, client.id.toUpperCase()])).toHaveLength(2)
})

test('the engine takes each run once, and knows all facts of it at the end', async () => {
  const client = await harness.create()
  await harness.untilMessage(client.id, 'invitation', ['sent', 'delivered'])
  await waitFor('all facts to be known', async () => {
    const row = await harness.row(client.id)
    return row.fact_seq === row.notified_seq
  })
  const row = await harness.row(client.id)
  await harness.commands.engine.start(client.practice.id, client.id, row.run, null, null)
  const history = await historyOf(harness, client.id)
  expect(history.events.filter((event) => event.eventType === 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED')).toHaveLength(1)
})
