import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import type { practiceChange } from '../../../api/staff/practice/change.ts'
import { PREVIEWS } from '../../../domain/practice/previews.ts'
import { DAY_MS } from '../../../domain/situation.ts'
import { connectors } from '../../../providers/connectors.ts'
import type { Mail } from '../../../providers/email/email.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { someBank } from '../client/someBank.ts'
import { startStaffApi } from '../staffHarness.ts'

const mails: Mail[] = []
const email = {
  name: 'kept',
  send: async (mail: Mail) => {
    mails.push(mail)
    return { outcome: 'accepted', providerId: null } as const
  },
  readWebhook: () => null,
}

const api = forFile(() => startStaffApi({ email, banks: connectors(someBank) }))

/** Creates a practice and its signed-in admin. */
async function practiceOf(name = 'Rosa Marsh') {
  const practice = await api.createPractice()
  const person = await api.createPerson('practice_admin', practice, { name })
  const cookie = await api.signIn(person)
  const as = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    api.callAs(cookie, path, { method, headers, ...(body && { body }) })
  return { practice, as, person }
}

test('two who change the settings at once do not undo each other', async () => {
  const { as } = await practiceOf()
  const read = await as('GET', 'practice')
  const etag = read.headers.get('etag') ?? ''
  expect(etag).toBe(`"v${read.body.version}"`)
  const first = await as('PATCH', 'practice', { phone: '0113 496 0000' }, { 'if-match': etag })
  expect([first.status, first.body.version]).toEqual([200, read.body.version + 1])
  const second = await as('PATCH', 'practice', { phone: '0113 496 0001' }, { 'if-match': etag })
  expect([second.status, second.body.code, second.body.by]).toEqual([412, 'changed_meanwhile', 'Rosa Marsh'])
  expect(Date.parse(second.body.at)).toBeGreaterThan(Date.now() - 60_000)
  const third = await as(
    'PATCH',
    'practice',
    { phone: '0113 496 0001' },
    { 'if-match': first.headers.get('etag') ?? '' },
  )
  expect([third.status, third.body.phone]).toEqual([200, '0113 496 0001'])
})

test('a sender name poses as nobody: no address, no angle brackets, no line breaks', async () => {
  const { as } = await practiceOf()
  const poses = [
    'PayPal Security <security@paypal.com>',
    'security@paypal.com',
    'PayPal <',
    'PayPal >',
    'Pay\nPal',
    'paypal.com',
    'https://paypal.example',
    'PayPal ＜security＠paypal．com＞',
  ]
  for (const field of ['senderName', 'name']) {
    for (const pose of poses) {
      const answer = await as('PATCH', 'practice', { [field]: pose })
      expect([pose, answer.status, answer.body.errors?.[0]?.field]).toEqual([pose, 422, field])
    }
  }
  for (const name of ['Marsh & Lowe (UK) Ltd.', 'J.P. Marsh – “Tax” 24/7', 'Œuvre St. John’s'] as const) {
    const kept = await as('PATCH', 'practice', { senderName: name, name })
    expect([kept.status, kept.body.senderName, kept.body.name]).toEqual([200, name, name])
  }
})

test('every choice of a practice is kept as it was given', async () => {
  const { as } = await practiceOf()
  const choices = {
    name: 'Marsh Partners',
    country: 'IE',
    currency: 'EUR',
    timeZone: 'Europe/Dublin',
    notificationEmail: 'office@marsh.example',
    postalAddress: '4 Mill Lane, Cork',
    phone: '021 496 0000',
    privacyContact: 'Rosa Marsh',
    inviteExpiryDays: 14,
    giveUpDays: 60,
    tellsExpired: true,
    invitedReminderDays: [3, 6],
    acceptedReminderDays: [4],
    stageLimits: { not_invited: 3, invited: null, accepted: 5 },
    solutions: ['Payroll'],
    usualSoftware: 'quickbooks',
    steps: { bank: 'skip', books: 'client', mapping: 'skip' },
    bankDoneWhen: 'client_says',
    clientsConnectBooks: false,
    confirmForClients: true,
    reasonBank: 'To match payments.',
    reasonBooks: 'To close the year.',
    senderName: 'Rosa at Marsh',
    replyTo: 'rosa@marsh.example',
    brandColour: '#0E4F4A',
    secondFactorRequired: false,
    firstStepsHidden: true,
    setupGuide: { title: 'Next', text: 'Read this.', links: [{ label: 'Guide', url: 'https://marsh.example/guide' }] },
  } satisfies Record<keyof z.input<typeof practiceChange>, unknown>
  for (const [name, value] of Object.entries(choices)) {
    const changed = await as('PATCH', 'practice', { [name]: value })
    expect([name, changed.status, changed.body[name]]).toEqual([name, 200, value])
  }
  expect((await as('GET', 'practice')).body).toMatchObject(choices)
})

test('a reason says what something is for, in 80 characters; an older one stays until it is changed', async () => {
  const { as, practice } = await practiceOf()
  for (const field of ['reasonBank', 'reasonBooks'] as const) {
    for (const [reason, code] of [
      [`To ${'x'.repeat(78)}`, 'too_long'],
      ['We do your VAT.', 'not_a_purpose'],
      ['Tomorrow we begin.', 'not_a_purpose'],
    ] as const) {
      const refused = await as('PATCH', 'practice', { [field]: reason })
      expect([reason, refused.status, refused.body.errors]).toMatchObject([reason, 422, [{ field, code }]])
    }
    expect((await as('PATCH', 'practice', { [field]: `To ${'x'.repeat(77)}` })).status).toBe(200)
  }
  const older = `So ${'that '.repeat(25)}`.trim()
  await api.owner`UPDATE practice SET reason_bank = ${older} WHERE id = ${practice.id}`
  expect((await as('PATCH', 'practice', { reasonBooks: 'To close the year.' })).body.reasonBank).toBe(older)
  // The preview beside the form still shows it.
  const preview = { kind: 'invitation', form: 'page', choices: { reasonBank: older } }
  expect((await as('POST', 'practice/preview', preview)).status).toBe(200)
})

test('clients added from now on are reminded on the days the practice chose, those before as they were', async () => {
  const { as, practice } = await practiceOf()
  const invitation = { name: 'Jo Carter', email: 'jo@harbour.example', channels: ['email'] }
  const firstReminder = async (id: string) => {
    const { situation } = (await as('GET', `onboardings/${id}`)).body
    const reminder = situation.next.find(({ what }: { what: string }) => what === 'reminder')
    return reminder && Math.round((Date.parse(reminder.at) - Date.now()) / 86_400_000)
  }
  const before = await api.create({ invitation }, practice.key)
  const chosen = await as('PATCH', 'practice', { invitedReminderDays: [3, 1, 3], acceptedReminderDays: [] })
  expect([chosen.status, chosen.body.invitedReminderDays, chosen.body.acceptedReminderDays]).toEqual([200, [1, 3], []])
  const after = await api.create({ invitation: { ...invitation, email: 'jo@mill.example' } }, practice.key)
  expect([await firstReminder(before.id), await firstReminder(after.id)]).toEqual([2, 1])

  for (const [given, field, code] of [
    [[2, 7], 'invitedReminderDays', 'after_the_end'],
    [[0], 'invitedReminderDays[0]', 'too_small'],
    [[1, 2, 3, 4], 'invitedReminderDays', 'too_many'],
    [[1.5], 'invitedReminderDays[0]', 'wrong_type'],
  ] as const) {
    const refused = await as('PATCH', 'practice', { invitedReminderDays: given })
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ field, code }]])
  }
  expect((await as('GET', 'practice')).body.invitedReminderDays).toEqual([1, 3])
  const shorter = await as('PATCH', 'practice', { inviteExpiryDays: 2 })
  expect([shorter.status, shorter.body.errors[0].field]).toEqual([422, 'invitedReminderDays'])
})

test('a limit of a stage makes a client that stands longer need attention, and is taken back', async () => {
  const { as, practice } = await practiceOf()
  const { id } = await api.create({}, practice.key)
  await age(api.owner, id, 3 * DAY_MS)
  const needing = async () =>
    (await as('GET', 'onboardings?view=attention')).body.items.map((one: { id: string }) => one.id)
  expect(await needing()).toEqual([])
  const { body } = await as('PATCH', 'practice', { stageLimits: { invited: 2 } })
  expect(body.stageLimits).toEqual({ not_invited: null, invited: 2, accepted: null })
  expect(await needing()).toEqual([id])
  await as('PATCH', 'practice', { stageLimits: { invited: 4, accepted: 9 } })
  expect(await needing()).toEqual([])
  const kept = await as('PATCH', 'practice', { stageLimits: { accepted: null } })
  expect(kept.body.stageLimits).toEqual({ not_invited: null, invited: 4, accepted: null })
  expect((await as('PATCH', 'practice', { stageLimits: { invited: 0 } })).status).toBe(422)
})

test('of many changes on the same version one is made', async () => {
  const { as } = await practiceOf()
  const { version } = (await as('GET', 'practice')).body
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      as('PATCH', 'practice', { inviteExpiryDays: n + 10 }, { 'if-match': `"v${version}"` }),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412])
  const made = answers.find(({ status }) => status === 200)
  expect((await as('GET', 'practice')).body).toEqual(made?.body)
})

test('the audit log is saved as a file: who, what, when, from where, and no formula of a spreadsheet', async () => {
  const { as, practice } = await practiceOf()
  await as('POST', 'api-keys', { name: '=HYPERLINK("https://x.example")', scopes: ['read'] })
  await as('PATCH', 'practice', { inviteExpiryDays: 9 })
  const answer = await as('GET', 'audit/export')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"')
  const [head, ...lines] = answer.text.replace('\uFEFF', '').trim().split('\r\n')
  expect(head).toBe('Time (UTC),Time (Europe/London),Who,What,Whom,Details,From')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^\d{4}-.*Z,.*,Rosa Marsh,Settings changed,,link lifetime,.*127\.0\.0\.1$/)
  expect(lines[1]).toContain(`"'=HYPERLINK(""https://x.example"")"`)
  const [, ...filtered] = (await as('GET', `audit/export?kind=signed_in&practice=${practice.id}`)).text
    .trim()
    .split('\r\n')
  expect(filtered).toHaveLength(1)
})

/** The kinds that name the practice alone: an expired link's page, and those that ask for a bank to be confirmed. */
const NAMELESS = ['expired', 'withdrawn', 'renewal', 'access_ended']

/** Returns the client's name if it appears in the message. */
const named = (kind: string, onboardingId: string | null) =>
  NAMELESS.includes(kind) ? 'Marsh & Lowe' : onboardingId ? 'Foxglove & Daughter' : 'Harbour Bakery Ltd'

test('whatever a client gets can be looked at in every form it has, of a client and of nobody, and nothing is kept', async () => {
  const { as, practice } = await practiceOf()
  const { id } = await api.create({ organisation: { name: 'Foxglove & Daughters Ltd' } }, practice.key)
  const before = await api.countRows()
  for (const onboardingId of [null, id]) {
    for (const [kind, { forms }] of Object.entries(PREVIEWS)) {
      for (const form of forms) {
        const { status, body } = await as('POST', 'practice/preview', { kind, form, onboardingId })
        const said = `${body.subject ?? ''} ${body.html ?? ''} ${body.text ?? ''}`.replaceAll('&amp;', '&')
        expect([kind, form, status]).toEqual([kind, form, 200])
        expect([kind, form, said.includes(named(kind, onboardingId))]).toEqual([kind, form, true])
        expect(said).not.toMatch(/undefined|NaN|\[object/)
      }
    }
  }
  expect(await api.countRows()).toEqual(before)
  const wrong = await as('POST', 'practice/preview', { kind: 'reminder_1', form: 'page' })
  expect([wrong.status, wrong.body.errors[0].code]).toEqual([422, 'no_such_form'])
})

test('a preview is in the choices that are typed, and another practice’s client is not there', async () => {
  const { as, practice } = await practiceOf()
  const choices = { brandColour: '#0e4f4a', senderName: 'Marsh & Lowe', reasonBank: 'So <b>we</b> can pay you.' }
  const page = await as('POST', 'practice/preview', { kind: 'invitation', form: 'page', choices })
  expect(page.body.html).toContain('--fill:#0E4F4A')
  expect(page.body.html).toContain('So &lt;b&gt;we&lt;/b&gt; can pay you.')
  const mail = await as('POST', 'practice/preview', { kind: 'invitation', form: 'mail', choices })
  expect(mail.body.from).toBe('"Marsh & Lowe" <hello@mail.embark.example>')
  expect(mail.body.replyTo).toBe(`office@${practice.slug}.example`)
  expect((await as('GET', 'practice')).body).toMatchObject({ brandColour: null, reasonBank: null })
  const bad = await as('POST', 'practice/preview', {
    kind: 'invitation',
    form: 'mail',
    choices: { brandColour: 'red' },
  })
  expect([bad.status, bad.body.errors[0].field]).toEqual([422, 'choices.brandColour'])
  const { id: onboardingId } = await api.create()
  for (const path of ['preview', 'test-mail']) {
    const body = { kind: 'invitation', onboardingId, ...(path === 'preview' && { form: 'mail' }) }
    expect((await as('POST', `practice/${path}`, body)).status).toBe(404)
  }
})

test('a test goes to whoever asks for it, says that it is one, opens nothing, and not without end', async () => {
  const { as, practice, person } = await practiceOf()
  await as('PATCH', 'practice', { senderName: 'Marsh & Lowe' })
  const { id: onboardingId } = await api.create({ organisation: { name: 'Foxglove Ltd' } }, practice.key)
  mails.length = 0
  const answer = await as('POST', 'practice/test-mail', { kind: 'reminder_3', onboardingId })
  expect([answer.status, answer.body]).toEqual([202, { to: person.email }])
  // The setup list marks it as done.
  expect((await as('GET', 'practice')).body.testMailAt).toMatch(/^\d{4}-/)
  const [sent] = mails
  expect(mails).toHaveLength(1)
  expect(sent).toMatchObject({ to: person.email, from: '"Marsh & Lowe" <hello@mail.embark.example>' })
  expect(sent?.subject).toMatch(/^Test: Expires .*: join Foxglove Ltd$/)
  const link = /\/j\/[\w-]+/.exec(sent?.html ?? '')?.[0] ?? ''
  expect((await api.call(link, { key: null })).status).toBe(404)
  for (let n = 1; n < 10; n += 1) await as('POST', 'practice/test-mail', { kind: 'invitation' })
  const over = await as('POST', 'practice/test-mail', { kind: 'invitation' })
  expect([over.status, over.body.code]).toEqual([429, 'rate_limited'])
  expect(mails).toHaveLength(10)
})

/** Returns a drawing with a script and an external link. */
const svg = (width: number, height: number, more = '') =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><script>alert(1)</script><image href="http://127.0.0.1:9/x.png"/><rect width="${width}" height="${height}" fill="#b3261e"/>${more}</svg>`,
  ).toString('base64')

test('a logo is drawn anew as a small picture, shown on pages and in mails, replaced, and removed everywhere', async () => {
  const { as, practice } = await practiceOf()
  const put = (file: string) => as('PUT', 'practice/logo', { file })
  const noise = await sharp({
    create: {
      width: 900,
      height: 300,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer()
  const shown: string[] = []
  for (const file of [svg(24, 24), svg(4000, 300), noise.toString('base64')]) {
    const { status, body } = await put(file)
    expect([status, body.logo]).toEqual([200, expect.stringMatching(/^\/logo\/[0-9a-f-]{36}\.png$/)])
    shown.push(body.logo)
    const answer = await fetch(`${api.url}${body.logo}`)
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const png = Buffer.from(await answer.arrayBuffer())
    expect(png.length).toBeLessThanOrEqual(6144)
    const { format, width, height } = await sharp(png).metadata()
    expect(format).toBe('png')
    expect([width, height].every((side, at) => side <= [480, 64][at]! && side >= 16)).toBe(true)
  }
  const last = shown.at(-1) ?? ''
  const page = await as('POST', 'practice/preview', { kind: 'invitation', form: 'page' })
  expect(page.body.html).toContain(`<img src="${last}" alt="Marsh &amp; Lowe Accountants" height="32"/>`)
  expect(page.body.html.length + 6144).toBeLessThan(30 * 1024)
  const mail = await as('POST', 'practice/preview', { kind: 'invitation', form: 'mail' })
  expect(mail.body.html).toContain(`src="${api.url}${last}"`)
  // Older logos are served for sent mails as long as the practice has any logo.
  expect((await fetch(`${api.url}${shown[0]}`)).status).toBe(200)
  const [log] = (await as('GET', 'audit')).body.items
  expect(log).toMatchObject({ kind: 'settings_changed' })
  expect((await as('DELETE', 'practice/logo')).body.logo).toBeNull()
  for (const one of shown) expect((await fetch(`${api.url}${one}`)).status).toBe(404)
  const [kept] = await api.owner`SELECT count(*)::int AS n FROM logo WHERE practice_id = ${practice.id}`
  expect(kept?.n).toBe(0)
})

test('a file that is no picture, or too large, is refused in words, and changes nothing', async () => {
  const { as } = await practiceOf()
  const bytes = (text: string) => Buffer.from(text).toString('base64')
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]).toString('base64')
  const bomb = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text>`
  const jpeg = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer()
  for (const file of [bytes('hello'), png, bytes('<svg>'), bytes(bomb), jpeg.toString('base64'), '']) {
    const { status, body } = await as('PUT', 'practice/logo', { file })
    expect([file.slice(0, 20), status, body.errors?.[0].message]).toEqual([
      file.slice(0, 20),
      422,
      'Choose a PNG or SVG file.',
    ])
  }
  const large = await as('PUT', 'practice/logo', { file: Buffer.alloc(1024 * 1024 + 1).toString('base64') })
  expect([large.status, large.body.errors[0].message]).toEqual([422, 'Choose a file of 1 MB or smaller.'])
  expect((await as('PUT', 'practice/logo', { file: '?' })).status).toBe(422)
  expect((await as('PUT', 'practice/logo', { file: Buffer.alloc(2 ** 21).toString('base64') })).status).toBe(413)
  expect((await as('GET', 'practice')).body.logo).toBeNull()
})
