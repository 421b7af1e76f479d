import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeTrouble } from '../../../db/troubles.ts'
import { endSupportPerson, keepSupportPerson } from '../../../dev/demo/supportPerson.ts'
import { DAY_MS, HOUR_MS } from '../../../domain/situation.ts'
import { recordDelivery } from '../../../messages/outbox/recordDelivery.ts'
import { connectors } from '../../../providers/connectors.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { againstSandbox, eventually } from '../../providers/againstSandbox.ts'
import { browse } from '../client/clientHarness.ts'
import { linkIn, mailbox } from '../client/mailbox.ts'
import { PASSWORD, startStaffApi } from '../staffHarness.ts'

const sandbox = forFile(againstSandbox)
const api = forFile(() => startStaffApi({ email: sandbox.resend(), ledgers: connectors(sandbox.xero()) }))
let sam: { id: string; cookie: string }
beforeAll(async () => {
  const person = await api.createPerson('support', undefined, { name: 'Sam Reed' })
  sam = { id: person.id, cookie: await api.signIn(person) }
})

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const caller = (cookie: string, practice?: string) => (method: Method, path: string, body?: unknown) =>
  api.callAs(cookie, path, { method, ...(practice && { practice }), ...(body !== undefined && { body }) })

/** Creates a practice with an admin and a client with a unique name. */
async function practiceWithClient(values: Record<string, string> = {}) {
  const word = `Bakery ${randomUUID().slice(0, 8)}`
  const practice = await api.createPractice({ name: `Lowe ${word}`, ...values })
  const admin = await api.createPerson('practice_admin', practice, { name: 'Rosa Marsh' })
  const email = `jo.${randomUUID().slice(0, 8)}@harbour.example`
  const client = await api.create(
    {
      organisation: { name: `Harbour ${word} Ltd`, practiceCode: 'HAR01' },
      invitation: { name: 'Jo Marsden', email },
    },
    practice.key,
  )
  return {
    practice,
    admin,
    word,
    email,
    client: client as { id: string; organisation: { id: string } },
    asAdmin: caller(await api.signIn(admin)),
    /** Sam, in this practice. */
    asSam: caller(sam.cookie, practice.id),
  }
}

const everywhere = (method: Method, path: string, body?: unknown) => caller(sam.cookie)(method, path, body)
const find = (text: string) => everywhere('GET', `support/onboardings?q=${encodeURIComponent(text)}`)
const kindsOf = async (id: string) =>
  (await api.owner`SELECT kind, actor_type FROM event WHERE onboarding_id = ${id} ORDER BY seq`).map(
    ({ kind, actor_type }) => `${kind} by ${actor_type}`,
  )

test('an operator adds a support person, who chooses a password by mail, and removes them at once', async () => {
  const email = `${randomUUID().slice(0, 8)}@support.example`
  expect(await keepSupportPerson(api.owner, { email, name: null })).toBe('no_sign_in')
  expect(await keepSupportPerson(api.owner, { email, name: 'Nia Cole' })).toBe('new')
  expect(await keepSupportPerson(api.owner, { email, name: null })).toBe('known')
  const auth = (path: string, body: object) =>
    api.call(`/api/auth/${path}`, { method: 'POST', body, key: null, headers: { origin: api.url } })
  await auth('request-password-reset', { email })
  const link = linkIn(await mailbox(sandbox).mailed(email, 'Reset your Embark password'))
  await auth('reset-password', { token: new URL(link).pathname.split('/').at(-1), newPassword: PASSWORD })
  const bare = await api.signIn({ email })
  const first = await api.callAs(bare, 'me')
  expect([first.status, first.body.code, first.body.detail]).toEqual([
    403,
    'second_factor_required',
    'Embark support asks everyone to use a second factor. Set it up now.',
  ])
  const cookie = await api.setUpFactor({ email })
  expect((await api.callAs(cookie, 'me')).body).toMatchObject({ role: 'support', rights: ['help_practices'] })
  expect(await endSupportPerson(api.owner, email)).toBe(true)
  expect((await api.callAs(cookie, 'me')).body).toMatchObject({ role: null, rights: [] })
  expect(await endSupportPerson(api.owner, email)).toBe(false)
})

test('support sees what became of the mails about signing in to an address; neither the address nor the mail is kept', async () => {
  const { admin, asAdmin } = await practiceWithClient()
  const reset = () =>
    api.call('/api/auth/request-password-reset', {
      method: 'POST',
      body: { email: admin.email },
      key: null,
      headers: { origin: api.url },
    })
  const mails = async () => (await find(admin.email.toUpperCase())).body.mails
  expect(await mails()).toEqual([])
  await reset()
  const taken = await eventually(async () => {
    const [newest] = await mails()
    return newest?.state === 'sent' ? newest : undefined
  })
  expect(taken).toEqual({ mail: 'reset-password', at: expect.any(String), state: 'sent', reason: null })
  const [row] = await api.owner<{ id: string; kept: string }[]>`
    SELECT id, account_mail::text AS kept FROM account_mail ORDER BY created_at DESC LIMIT 1`
  expect(row!.kept).not.toContain(admin.email)
  const report = (state: 'bounced' | 'sent', providerEventId: string) =>
    recordDelivery(api.deps.commands, 'resend', {
      providerEventId,
      messageId: row!.id,
      providerId: 'at-the-provider',
      state,
      reason: state === 'bounced' ? 'There is no such mailbox.' : null,
      at: new Date(),
    })
  expect(await report('bounced', 'one')).toBe(true)
  // Reports come in any order.
  expect(await report('sent', 'two')).toBe(false)
  expect(await mails()).toMatchObject([{ state: 'bounced', reason: 'There is no such mailbox.' }])
  expect((await find('nobody@else.example')).body.mails).toEqual([])
  expect((await asAdmin('GET', `support/onboardings?q=${admin.email}`)).status).toBe(403)
})

test('troubles at providers of the last day are listed for support alone', async () => {
  const { asAdmin } = await practiceWithClient()
  const reason = 'The text provider does not accept our sender (error 21606); an operator must mend it.'
  const trouble = { service: 'sms', code: '21606', restMs: 60_000, reason } as const
  for (let n = 0; n < 2; n++) await writeTrouble(api.deps.db.sql, trouble.service, trouble)
  await writeTrouble(api.deps.db.sql, 'email', { code: 'old', reason: 'Long ago.', restMs: null })
  await api.owner`UPDATE provider_trouble SET last_at = last_at - interval '25 hours' WHERE code = 'old'`
  const listed = await everywhere('GET', 'support/troubles')
  expect(listed.body.items).toEqual([
    { service: 'sms', code: '21606', reason, firstAt: expect.any(String), lastAt: expect.any(String), times: 2 },
  ])
  expect((await asAdmin('GET', 'support/troubles')).status).toBe(403)
  const metrics = await api.deps.metrics.registry.metrics()
  expect(metrics).toMatch(/^embark_provider_trouble_timestamp_seconds\{service="sms",code="21606"\} \d+/m)
})

describe('support finds a client of any practice', () => {
  test('by name, address, phone, reference, code and message id; before it is let in with practice, client and stage alone', async () => {
    const { practice, word, email, client } = await practiceWithClient()
    const messageId = `re_${randomUUID()}`
    const [message] = await api.owner<{ id: string }[]>`
      UPDATE message SET provider = 'resend', provider_id = ${messageId} WHERE onboarding_id = ${client.id} RETURNING id`
    const reference = `EM-7K2${randomUUID()
      .slice(0, 3)
      .toUpperCase()
      .replaceAll(/[01ABCDEF]/g, '7')}`
    await api.owner`UPDATE organisation SET reference = ${reference}, practice_code = ${word.slice(7)}
      WHERE id = ${client.organisation.id} AND reference IS NULL`
    const invited = `Ida ${randomUUID().slice(0, 8)}`
    await api.owner`UPDATE invitation SET phone = '+447400123456', name = ${invited} WHERE onboarding_id = ${client.id}`
    const person = [invited, email.toUpperCase(), '07400 123456']
    for (const text of [word, ...person, reference, word.slice(7), messageId, message!.id]) {
      const { status, body } = await find(text)
      expect([text, status, body.items]).toEqual([
        text,
        200,
        [
          {
            id: client.id,
            practice: {
              id: practice.id,
              name: `Lowe ${word}`,
              access: 'on_request',
              until: null,
              askedAt: null,
              limited: false,
            },
            client: `Harbour ${word} Ltd`,
            stage: 'invited',
            situation: null,
          },
        ],
      ])
    }
    expect((await find('% nothing _')).body.items).toEqual([])
  })

  test('by the address of a user, invited or joined, and not of one who left', async () => {
    const { client, asAdmin } = await practiceWithClient()
    const email = `ann.${randomUUID().slice(0, 8)}@harbour.example`
    const found = async () => (await find(email)).body.items.map(({ id }: { id: string }) => id)
    await asAdmin('POST', `organisations/${client.organisation.id}/users`, { email })
    expect(await found()).toEqual([client.id])
    await api.owner`UPDATE user_invitation SET ended_at = now() WHERE email = ${email}`
    expect(await found()).toEqual([])
    await api.owner`
      INSERT INTO organisation_member (practice_id, organisation_id, person_id, address, role, joined_at)
      SELECT practice_id, id, person_at(${email}), ${email}, 'member', now() FROM organisation
      WHERE id = ${client.organisation.id}`
    expect(await found()).toEqual([client.id])
    await api.owner`UPDATE organisation_member SET removed_at = now() WHERE address = ${email}`
    expect(await found()).toEqual([])
  })

  test('says how it stands where it is let in; what time has turned is shown as it is', async () => {
    const { word, client, asAdmin } = await practiceWithClient()
    await asAdmin('PATCH', 'practice/support-access', { access: 'on_request', hours: 4 })
    const [found] = (await find(word)).body.items
    expect(found).toMatchObject({ practice: { access: 'given' }, situation: { move: 'us', stage: 'invited' } })
    expect(Date.parse(found.practice.until)).toBeGreaterThan(Date.now() + 3.9 * 3_600_000)
    await age(api.owner, client.id, 8 * DAY_MS)
    expect((await find(word)).body.items[0].stage).toBe('expired')
  })

  test('and nobody else does, by endpoint or by SQL', async () => {
    const { word, practice, admin, asAdmin } = await practiceWithClient()
    const refused = await asAdmin('GET', `support/onboardings?q=${encodeURIComponent(word)}`)
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      403,
      'no_right',
      "You can't look for clients across practices here.",
    ])
    const { sql } = api.deps.db
    expect(await sql`SELECT * FROM support_search(${admin.id}, ${word}, NULL, 10)`).toHaveLength(0)
    expect(await sql`SELECT * FROM resolve_support_practice(${admin.id}, ${practice.id})`).toHaveLength(0)
    expect(await sql`SELECT * FROM support_search(${sam.id}, ${word}, NULL, 10)`).toHaveLength(1)
  })

  test('with three characters at least', async () => {
    const { status, body } = await find('ab')
    expect([status, body.errors]).toMatchObject([422, [{ field: 'q', code: 'too_short' }]])
  })
})

describe('a practice', () => {
  test('is asked once until it answers; its admins are told by mail and in its settings', async () => {
    const { practice, admin, word, asAdmin } = await practiceWithClient()
    const ask = () => everywhere('POST', `support/practices/${practice.id}/access`, {})
    const asked = await ask()
    expect([asked.status, asked.body]).toMatchObject([
      200,
      { id: practice.id, access: 'on_request', until: null, admins: [{ name: 'Rosa Marsh' }] },
    ])
    expect(Date.parse(asked.body.askedAt)).toBeGreaterThan(Date.now() - 60_000)
    expect((await ask()).body.askedAt).toBe(asked.body.askedAt)
    const mail = await mailbox(sandbox).mailed(admin.email, 'Embark support asks to look in')
    expect(mail.text).toContain(`Sam Reed of Embark support asks to look into Lowe ${word} for 4 hours`)
    const settings = await asAdmin('GET', 'practice/support-access')
    expect(settings.body).toMatchObject({
      access: 'on_request',
      until: null,
      asks: [{ by: { name: 'Sam Reed' }, state: 'open' }],
      items: [],
    })
    expect(linkIn(mail)).toBe(`${api.url}/settings/support-access?asked=${settings.body.asks[0].id}`)
    const audit = await asAdmin('GET', 'audit?kind=support_asked')
    expect(audit.body.items).toMatchObject([{ actor: { type: 'support', name: 'Sam Reed' } }])
  })

  test('answers: for hours, not now, always or never; and support may ask again after a no', async () => {
    const { practice, asAdmin } = await practiceWithClient()
    const ask = () => everywhere('POST', `support/practices/${practice.id}/access`, {})
    const states = async () =>
      (await asAdmin('GET', 'practice/support-access')).body.asks.map(({ state }: { state: string }) => state)
    await ask()
    await asAdmin('PATCH', 'practice/support-access', { access: 'on_request' })
    expect(await states()).toEqual(['declined'])
    await ask()
    expect(await states()).toEqual(['open', 'declined'])
    await asAdmin('PATCH', 'practice/support-access', { access: 'on_request', hours: 4 })
    expect(await states()).toEqual(['granted', 'declined'])
    expect((await ask()).body).toMatchObject({ access: 'given' })
    expect(await states()).toHaveLength(2)
    await asAdmin('PATCH', 'practice/support-access', { access: 'never' })
    const never = await ask()
    expect([never.status, never.body.code]).toEqual([403, 'support_not_allowed'])
    expect(never.body.detail).toMatch(/doesn't allow support access\. Ask them to change it/)
    await asAdmin('PATCH', 'practice/support-access', { access: 'always' })
    expect((await everywhere('GET', `support/practices/${practice.id}`)).body).toMatchObject({
      access: 'given',
      until: null,
    })
  })

  test('is asked once also by two at the same time', async () => {
    const { practice, asAdmin } = await practiceWithClient()
    await Promise.all([1, 2, 3].map(() => everywhere('POST', `support/practices/${practice.id}/access`, {})))
    expect((await asAdmin('GET', 'practice/support-access')).body.asks).toHaveLength(1)
  })

  test('that there is none of is not found', async () => {
    expect((await everywhere('POST', `support/practices/${randomUUID()}/access`, {})).status).toBe(404)
    const named = await caller(sam.cookie, randomUUID())('GET', 'onboardings')
    expect([named.status, named.body.code]).toEqual([403, 'no_practice'])
  })
})

describe('what a practice gave', () => {
  test('opens nothing before, its clients until the instant, and nothing after', async () => {
    const { practice, client, asAdmin, asSam } = await practiceWithClient()
    const other = await practiceWithClient()
    const look = () => asSam('GET', `onboardings/${client.id}`)
    expect((await look()).body.code).toBe('support_not_allowed')
    await asAdmin('PATCH', 'practice/support-access', { access: 'on_request', hours: 4 })
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    expect((await look()).status).toBe(200)
    expect((await caller(sam.cookie, other.practice.id)('GET', `onboardings/${other.client.id}`)).status).toBe(403)
    expect((await asSam('GET', `onboardings/${other.client.id}`)).status).toBe(404)
    expect((await asSam('POST', 'support/looks', { onboardingId: other.client.id, reason: 'x' })).status).toBe(404)
    await api.owner`UPDATE practice SET support_until = clock_timestamp() WHERE id = ${practice.id}`
    expect((await look()).body.code).toBe('support_not_allowed')
    expect((await asSam('POST', `onboardings/${client.id}/cancel`, {})).body.code).toBe('support_not_allowed')
  })

  test.each(['the practice', 'support'])('%s ends now', async (who) => {
    const { practice, client, asAdmin, asSam } = await practiceWithClient()
    await asAdmin('PATCH', 'practice/support-access', { access: 'on_request', hours: 4 })
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    if (who === 'support') {
      const ended = await everywhere('DELETE', `support/practices/${practice.id}/access`)
      expect(ended.body).toMatchObject({ access: 'on_request', until: null })
      const audit = await asAdmin('GET', 'audit?kind=support_ended')
      expect(audit.body.items).toHaveLength(1)
    } else await asAdmin('PATCH', 'practice/support-access', { access: 'on_request' })
    expect((await asSam('GET', `onboardings/${client.id}`)).body.code).toBe('support_not_allowed')
    expect((await asSam('GET', 'live')).body.code).toBe('support_not_allowed')
  })

  test('for always is not support’s to end', async () => {
    const { practice } = await practiceWithClient({ support_access: 'always' })
    expect((await everywhere('DELETE', `support/practices/${practice.id}/access`)).body.access).toBe('given')
  })
})

describe('before support opens anything of a client, it says why', () => {
  test('by whichever path; it holds for that client and for an hour', async () => {
    const { client, practice, asSam } = await practiceWithClient({ support_access: 'always' })
    const second = await api.create({}, practice.key)
    const paths = [
      `onboardings/${client.id}`,
      `onboardings/${client.id}/timeline`,
      `onboardings/${client.id}/events`,
      `organisations/${client.organisation.id}`,
    ]
    for (const path of paths) {
      const refused = await asSam('GET', path)
      expect([path, refused.status, refused.body.code]).toEqual([path, 428, 'reason_required'])
    }
    expect((await asSam('POST', `onboardings/${client.id}/cancel`, {})).body.code).toBe('reason_required')
    const unsaid = await asSam('POST', 'support/looks', { onboardingId: client.id, reason: ' ' })
    expect([unsaid.status, unsaid.body.errors]).toMatchObject([422, [{ field: 'reason', code: 'required' }]])
    const given = await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    expect([given.status, given.body]).toEqual([201, { onboardingId: client.id }])
    for (const path of paths) expect([path, (await asSam('GET', path)).status]).toEqual([path, 200])
    expect((await asSam('GET', `onboardings/${second.id}`)).body.code).toBe('reason_required')
    await api.owner`UPDATE support_look SET at = at - interval '61 minutes' WHERE onboarding_id = ${client.id}`
    expect((await asSam('GET', `onboardings/${client.id}`)).body.code).toBe('reason_required')
  })

  test('also for many at once: those without a reason are not there', async () => {
    const { client, practice, asSam } = await practiceWithClient({ support_access: 'always' })
    const second = await api.create({}, practice.key)
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    const { body } = await asSam('POST', 'onboardings/actions', {
      do: 'cancel',
      reason: 'Asked to',
      ids: [client.id, second.id],
    })
    expect(body.results).toMatchObject([
      { id: client.id, done: true },
      { id: second.id, done: false, code: 'not_found' },
    ])
  })

  test('one person’s reason is not another’s', async () => {
    const { client, practice, asSam } = await practiceWithClient({ support_access: 'always' })
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    const other = caller(await api.signIn(await api.createPerson('support')), practice.id)
    expect((await other('GET', `onboardings/${client.id}`)).body.code).toBe('reason_required')
  })
})

describe('a client’s own link', () => {
  test('is never support’s: it is sent to the client, and support is told no address of it', async () => {
    const { client, asAdmin, asSam } = await practiceWithClient({ support_access: 'always' })
    await age(api.owner, client.id, HOUR_MS)
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    const count = async () =>
      (await api.owner`SELECT count(*)::int AS n FROM message WHERE onboarding_id = ${client.id}`)[0]?.n
    const before = await count()
    for (const body of [undefined, {}, { send: null }]) {
      const refused = await asSam('POST', `onboardings/${client.id}/links`, body)
      expect([refused.status, refused.body.code]).toEqual([403, 'support_sends_links'])
    }
    expect(await count()).toBe(before)
    const sent = await asSam('POST', `onboardings/${client.id}/links`, { send: 'email' })
    expect([sent.status, sent.body]).toEqual([200, { url: null, expiresAt: expect.any(String), ask: null }])
    expect(await count()).toBe(before + 1)
    expect((await asAdmin('POST', `onboardings/${client.id}/links`, {})).body.url).toContain('/j/')
  })
})

describe('the practice sees', () => {
  test('every look and act, in the client’s timeline and in its settings', async () => {
    const { client, word, asAdmin, asSam } = await practiceWithClient({ support_access: 'always' })
    await asSam('GET', 'onboardings')
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711: no mail came' })
    await asSam('POST', `onboardings/${client.id}/snooze`, { until: new Date(Date.now() + 86_400_000).toISOString() })
    await asSam('POST', `onboardings/${client.id}/cancel`, { reason: 'Asked to' })
    expect(await kindsOf(client.id)).toEqual([
      'created by api_key',
      'invited by api_key',
      'support_looked by support',
      'snoozed by support',
      'cancelled by support',
    ])
    const timeline = await asAdmin('GET', `onboardings/${client.id}/timeline?only=support`)
    const [cancelled, , looked] = timeline.body.items
    expect(cancelled).toMatchObject({
      actor: { type: 'support', name: 'Sam Reed, Embark support' },
      sentence: 'Onboarding cancelled',
    })
    const { body: seen } = await asAdmin('GET', `onboardings/${client.id}`)
    expect(seen.situation.sentence).toBe('Cancelled by Embark support: Asked to')
    expect(looked).toMatchObject({ sentence: 'Opened by support', note: 'Ticket 4711: no mail came' })
    const first = await asAdmin('GET', 'practice/support-access?limit=3')
    const rest = await asAdmin('GET', `practice/support-access?limit=3&cursor=${first.body.nextCursor}`)
    const who = {
      by: { id: sam.id, name: 'Sam Reed' },
      client: { onboardingId: client.id, name: `Harbour ${word} Ltd` },
    }
    expect([...first.body.items, ...rest.body.items]).toMatchObject([
      { did: 'acted', sentence: 'Onboarding cancelled', ...who },
      { did: 'acted', sentence: expect.stringMatching(/^Chasing stopped until/), ...who },
      { did: 'looked', sentence: 'Opened by support', note: 'Ticket 4711: no mail came', ...who },
      { did: 'looked', sentence: 'Saw clients in a list', client: null },
    ])
    expect(rest.body.nextCursor).toBeNull()
  })

  test('that support sets out to connect the books', async () => {
    const { client, asAdmin, asSam } = await practiceWithClient({ support_access: 'always' })
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    const opened = await asSam('POST', `onboardings/${client.id}/connections`, { step: 'books', provider: 'xero' })
    await browse(api.url).send(new URL(opened.body.url).pathname)
    const { body } = await asAdmin('GET', `onboardings/${client.id}/timeline?only=support&limit=1`)
    expect(body.items).toMatchObject([
      { sentence: 'Went to Xero', actor: { type: 'support', name: 'Sam Reed, Embark support' } },
    ])
  })

  test('a search of support that showed how its clients stand, once an hour', async () => {
    const { word, asAdmin } = await practiceWithClient({ support_access: 'always' })
    await find(word)
    await find(word)
    const { body } = await asAdmin('GET', 'practice/support-access')
    expect(body.items).toMatchObject([{ did: 'looked', client: null, by: { name: 'Sam Reed' } }])
  })

  test('nothing of another practice, whose admin sees only his own', async () => {
    const { client, asSam } = await practiceWithClient({ support_access: 'always' })
    const other = await practiceWithClient()
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    expect((await other.asAdmin('GET', 'practice/support-access')).body.items).toEqual([])
  })

  test('and the client is invited in the name it knows, not in support’s', async () => {
    const { asAdmin, asSam } = await practiceWithClient({ support_access: 'always' })
    const { body: client } = await asAdmin('POST', 'onboardings', {
      organisation: { name: 'Harbour Bakery Ltd' },
      invitation: { name: 'Jo Marsden', email: 'jo@elsewhere.example' },
    })
    await age(api.owner, client.id, HOUR_MS)
    await asSam('POST', 'support/looks', { onboardingId: client.id, reason: 'Ticket 4711' })
    const resent = await asSam('POST', `onboardings/${client.id}/invitations`, {})
    expect([resent.status, resent.body.code]).toEqual([201, undefined])
    const [invitation] = await api.owner`
      SELECT inviter_name FROM invitation WHERE onboarding_id = ${client.id} ORDER BY generation DESC LIMIT 1`
    expect(invitation?.inviter_name).toBe('Rosa Marsh')
  })
})
