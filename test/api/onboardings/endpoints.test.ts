import { describe, expect, test } from 'vitest'
import { execute } from '../../../commands/execute.ts'
import { accept } from '../../../commands/invitations/accept.ts'
import { age } from '../../age.ts'
import { forFile } from '../../forFile.ts'
import { startStaffApi } from '../staffHarness.ts'

const api = forFile(startStaffApi)

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
const target = (id: string) => ({ practiceId: api.practice.id, onboardingId: id })

/** Runs the command of the workflow's first activity. */
const provision = (id: string) =>
  execute(api.deps.commands, target(id), { actor: { type: 'system', id: null }, command: { do: 'provision' } })

/** Accepts as the client does, through a copied link. */
const acceptAs = async (id: string) => {
  await api.post(`onboardings/${id}/links`)
  const [link] = await api.owner<{ id: string }[]>`
    SELECT id FROM link WHERE onboarding_id = ${id} AND channel = 'link' AND ended_at IS NULL`
  return accept(api.deps.commands, target(id), link!.id, null)
}

/** Moves the last message back by a minute. */
const minuteLater = (id: string) => age(api.owner, id, 61_000)

describe('inviting', () => {
  test('now, again after a minute, to another address, and not once accepted', async () => {
    const { id } = await api.create({ invitation: null })
    await provision(id)
    const nobody = await api.post(`onboardings/${id}/invitations`)
    expect([nobody.status, nobody.body.code]).toEqual([409, 'no_contact'])
    expect(nobody.body).toMatchObject({
      presentStatus: 'not_invited',
      detail: 'Enter an email address or a mobile number.',
    })

    const first = await api.post(`onboardings/${id}/invitations`, { name: 'Jo Marsden', email: 'JO@harbour.example' })
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({ status: 'invited', invitation: { generation: 1, email: 'jo@harbour.example' } })

    await api.owner`UPDATE practice SET time_zone = 'Asia/Kolkata' WHERE id = ${api.practice.id}`
    const soon = await api.post(`onboardings/${id}/invitations`)
    await api.owner`UPDATE practice SET time_zone = 'Europe/London' WHERE id = ${api.practice.id}`
    expect([soon.status, soon.body.code]).toEqual([429, 'resend_too_soon'])
    // The instant is given in the practice's zone, to the minute.
    const minute = new Date(Math.ceil(Date.parse(soon.body.at) / 60_000) * 60_000)
    const clock = minute.toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata', hour: '2-digit', minute: '2-digit' })
    expect(soon.body.detail).toMatch(new RegExp(`^Sent \\d+ seconds? ago\\. You can send again at ${clock}\\.$`))
    const seconds = Number(soon.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(Date.parse(soon.body.at) - Date.now()).toBeLessThanOrEqual(60_000)

    await minuteLater(id)
    const again = await api.post(`onboardings/${id}/invitations`, { phone: '07400 123456', channels: ['sms', 'sms'] })
    expect(again.body.invitation).toMatchObject({
      generation: 2,
      name: 'Jo Marsden',
      email: 'jo@harbour.example',
      phone: '+447400123456',
      channels: ['sms'],
    })
    await minuteLater(id)
    await acceptAs(id)
    const late = await api.post(`onboardings/${id}/invitations`)
    expect([late.status, late.body.code]).toEqual([409, 'already_accepted'])
    expect(late.body.detail).toMatch(/^Jo accepted at \d\d:\d\d on .+\. There is nothing to send\.$/)
    expect(late.body.allowed).toContain('link')
    expect(late.body.allowed).not.toContain('invite')
  })
})

describe('links', () => {
  test('before acceptance one to accept with, afterwards one to go on with', async () => {
    const { id } = await api.create({ invitation: null })
    const copied = await api.post(`onboardings/${id}/links`)
    expect(copied.status).toBe(200)
    expect(copied.body.url).toMatch(new RegExp(`^${api.url}/j/[\\w-]{22}$`))
    expect(Date.parse(copied.body.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000)
    expect((await api.call(`onboardings/${id}`)).body.invitation.channels).toEqual(['link'])
    const nowhere = await api.post(`onboardings/${id}/links`, { send: 'sms' })
    expect([nowhere.status, nowhere.body.code]).toEqual([409, 'no_contact'])
    await acceptAs(id)
    const later = await api.post(`onboardings/${id}/links`)
    expect(later.body.expiresAt).toBeNull()
  })

  test('are sent to the address there is', async () => {
    const { id } = await api.create()
    await minuteLater(id)
    const sent = await api.post(`onboardings/${id}/links`, { send: 'email' })
    expect(sent.status).toBe(200)
    expect((await api.call(`onboardings/${id}`)).body.invitation.deliveries).toHaveLength(2)
    const soon = await api.post(`onboardings/${id}/links`, { send: 'email' })
    expect([soon.status, soon.body.code]).toEqual([429, 'resend_too_soon'])
  })
})

describe('the course', () => {
  test('extend moves the date later, never earlier or further than 60 days', async () => {
    const { id } = await api.create()
    const until = inDays(20)
    const extended = await api.post(`onboardings/${id}/extend`, { until })
    expect(extended.body.invitation.expiresAt).toBe(until)
    for (const wrong of [inDays(10), inDays(61)]) {
      const refused = await api.post(`onboardings/${id}/extend`, { until: wrong })
      expect([refused.status, refused.body.code]).toEqual([409, 'date_out_of_range'])
      expect(refused.body.at).not.toBeNull()
    }
    const { id: uninvited } = await api.create({ invitation: null })
    const refused = await api.post(`onboardings/${uninvited}/extend`, { until })
    expect(refused.body).toMatchObject({ status: 409, code: 'not_allowed', presentStatus: 'creating' })
    expect(refused.body.detail).toMatch(
      /^Harbour Bakery \d+ Ltd is being set up, so you can't extend its link\. You can: /,
    )
  })

  test('a refusal names the fact that stands in the way, and never offers what it refused', async () => {
    const { id } = await api.create({ organisation: { name: 'Fact Ltd' } })
    await api.post(`onboardings/${id}/steps/books/complete`, { evidence: 'By hand.' })
    const skip = await api.post(`onboardings/${id}/steps/books/skip`, { reason: 'not_needed' })
    expect([skip.status, skip.body.code]).toEqual([409, 'not_allowed'])
    expect(skip.body.detail).toMatch(
      /^Fact Ltd is invited, so you can't skip this step: the accounting software is done already\. You can: /,
    )
    expect(skip.body.detail).not.toMatch(/You can: .*skip a step/)
    const connect = await api.post(`onboardings/${id}/connections`, { step: 'books', provider: 'xero' })
    expect([connect.status, connect.body.code]).toEqual([409, 'already_connected'])
    expect(connect.body.detail).toBe(
      'The accounting software of Fact Ltd is marked as done already. Reopen that step first.',
    )
    await api.post(`onboardings/${id}/cancel`)
    const reopen = await api.post(`onboardings/${id}/reopen`, { steps: ['books'] })
    expect(reopen.body.detail).toBe(
      "Fact Ltd is cancelled, so you can't reopen it: that can still be undone. You can: undo the cancellation.",
    )
  })

  test('snooze and resume', async () => {
    const { id } = await api.create()
    const until = inDays(3)
    expect((await api.post(`onboardings/${id}/snooze`, { until })).body.snoozedUntil).toBe(until)
    const resumed = await api.post(`onboardings/${id}/resume`)
    expect([resumed.status, resumed.body.snoozedUntil]).toEqual([200, null])
    expect((await api.post(`onboardings/${id}/snooze`, { until: inDays(61) })).body.code).toBe('date_out_of_range')
    await api.post(`onboardings/${id}/cancel`)
    expect((await api.post(`onboardings/${id}/snooze`, { until })).body.code).toBe('not_allowed')
    expect((await api.post(`onboardings/${id}/resume`)).body.code).toBe('not_allowed')
  })

  test('decline for the client, with a reason and a note', async () => {
    const { id } = await api.create()
    const body = { reason: 'not_the_right_person', note: 'Ask Robin.' }
    const declined = await api.post(`onboardings/${id}/decline`, body)
    expect(declined.body).toMatchObject({
      status: 'declined',
      situation: { blockedBy: 'declined', move: 'practice' },
      declineReason: 'not_the_right_person',
      declineNote: 'Ask Robin.',
    })
    const { id: accepted } = await api.create()
    await acceptAs(accepted)
    expect((await api.post(`onboardings/${accepted}/decline`, body)).body.code).toBe('already_accepted')
  })

  test('cancel, undo within 15 seconds, not later; then reopen', async () => {
    const { id } = await api.create()
    const cancelled = await api.post(`onboardings/${id}/cancel`, { reason: 'Left us.' })
    expect(cancelled.body).toMatchObject({ status: 'cancelled', cancelReason: 'Left us.', situation: { move: null } })
    expect(Date.parse(cancelled.body.undoUntil) - Date.now()).toBeLessThanOrEqual(15_000)
    const again = await api.post(`onboardings/${id}/cancel`)
    expect(again.body).toMatchObject({ code: 'not_allowed', presentStatus: 'cancelled', allowed: ['undo_cancel'] })
    const undone = await api.post(`onboardings/${id}/cancel/undo`)
    expect(undone.body).toMatchObject({ status: 'invited', cancelReason: null, undoUntil: null })

    await api.post(`onboardings/${id}/cancel`)
    await age(api.owner, id, 16_000)
    const late = await api.post(`onboardings/${id}/cancel/undo`)
    expect([late.status, late.body.code]).toEqual([409, 'undo_too_late'])
    expect(late.body.detail).toMatch(/^That took effect at .+\. You can reopen it instead\.$/)
    const reopened = await api.post(`onboardings/${id}/reopen`)
    expect([reopened.status, reopened.body.status]).toEqual([200, 'invited'])
    const open = await api.post(`onboardings/${id}/reopen`)
    expect([open.status, open.body.code]).toEqual([409, 'not_allowed'])
  })

  test('reopening a completed one names the steps', async () => {
    const { id } = await api.create({ invitation: null, steps: { bank: 'skip', books: 'skip' } })
    await provision(id)
    await execute(api.deps.commands, target(id), {
      actor: { type: 'system', id: null },
      command: { do: 'complete' },
    })
    const without = await api.post(`onboardings/${id}/reopen`)
    expect([without.status, without.body.code]).toEqual([422, 'steps_required'])
    const blocked = await api.post(`onboardings/${id}/reopen`, { steps: ['mapping'] })
    expect([blocked.status, blocked.body.code]).toEqual([409, 'step_blocked'])
    const reopened = await api.post(`onboardings/${id}/reopen`, { steps: ['books'] })
    expect(reopened.body.steps.find((one: { kind: string }) => one.kind === 'books').state).toBe('open')
  })
})

describe('steps', () => {
  const step = (body: { steps: { kind: string }[] }, kind: string) => body.steps.find((one) => one.kind === kind)

  test('skip, reopen, mark done, hand over', async () => {
    const { id } = await api.create()
    const skipped = await api.post(`onboardings/${id}/steps/bank/skip`, { because: 'other', reason: 'Cash only.' })
    expect(step(skipped.body, 'bank')).toMatchObject({
      state: 'skipped',
      skippedBecause: 'other',
      skipReason: 'Cash only.',
    })
    expect(step(skipped.body, 'mapping')).toMatchObject({ state: 'skipped', skippedBecause: 'nothing_to_do' })
    const reopened = await api.post(`onboardings/${id}/steps/bank/reopen`)
    expect(step(reopened.body, 'mapping')).toMatchObject({ state: 'open' })

    const early = await api.post(`onboardings/${id}/steps/mapping/complete`, { evidence: 'Seen.' })
    expect(early.body).toMatchObject({
      status: 409,
      code: 'step_blocked',
      detail: 'Match accounts comes after the bank and the books.',
    })
    const done = await api.post(`onboardings/${id}/steps/books/complete`, { evidence: 'Files by post.' })
    expect(step(done.body, 'books')).toMatchObject({ state: 'done', evidence: 'Files by post.' })
    expect((await api.post(`onboardings/${id}/steps/books/skip`)).body.code).toBe('not_allowed')

    const patch = (kind: string, owner: string) =>
      api.call(`onboardings/${id}/steps/${kind}`, { method: 'PATCH', body: { owner } })
    await api.post(`onboardings/${id}/steps/books/reopen`)
    expect(step((await patch('books', 'client')).body, 'books')).toMatchObject({ owner: 'client' })
    expect((await patch('bank', 'practice')).body.code).toBe('owner_not_possible')
    expect((await patch('mapping', 'client')).body.code).toBe('owner_not_possible')
  })
})

describe('reading', () => {
  test('an unchanged onboarding is answered 304', async () => {
    const { id } = await api.create()
    const first = await api.call(`onboardings/${id}`)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).not.toBe('')
    // Overrides the Cache-Control: no-cache that fetch adds to a conditional request.
    const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' }
    expect((await api.call(`onboardings/${id}`, { headers })).status).toBe(304)
    await api.post(`onboardings/${id}/snooze`, { until: inDays(1) })
    expect((await api.call(`onboardings/${id}`, { headers })).status).toBe(200)
  })

  test('events come in order, page by page, both ways', async () => {
    const { id } = await api.create()
    await api.post(`onboardings/${id}/snooze`, { until: inDays(1) })
    await api.post(`onboardings/${id}/resume`)
    const kinds = async (order: string) => {
      const found: string[] = []
      let cursor: string | null = null
      do {
        const page: string = cursor ? `&cursor=${cursor}` : ''
        const { body } = await api.call(`onboardings/${id}/events?order=${order}&limit=1${page}`)
        found.push(...body.items.map((one: { kind: string }) => one.kind))
        cursor = body.nextCursor
      } while (cursor)
      return found
    }
    expect(await kinds('asc')).toEqual(['created', 'invited', 'snoozed', 'resumed'])
    expect(await kinds('desc')).toEqual(['resumed', 'snoozed', 'invited', 'created'])
    const { body } = await api.call(`onboardings/${id}/events`)
    expect(body.items[1].actor.type).toBe('api_key')
    const wrongWay = Buffer.from('desc:2').toString('base64url')
    expect((await api.call(`onboardings/${id}/events?cursor=${wrongWay}`)).body.code).toBe('bad_cursor')
  })

  test('the conversion report', async () => {
    await api.create()
    const { status, body } = await api.call('reports/conversion')
    expect(status).toBe(200)
    expect(body.timeZone).toBe('Europe/London')
    expect(body.weeks.at(-1).n).toBeGreaterThan(0)
    expect(body.weeks.at(-1).horizons.map((one: { days: number }) => one.days)).toEqual([7, 14, 30])
    const { n, outcomes } = body.weeks.at(-1)
    expect(outcomes.accepted + outcomes.declined + outcomes.expired + outcomes.cancelled + outcomes.open).toBe(n)
    const early = await api.call(`reports/conversion?asOf=${encodeURIComponent(inDays(-30))}`)
    expect(early.body.weeks).toEqual([])
  })

  test('the conversion report of a day counts what was known at its end in the practice’s zone', async () => {
    const practice = await api.createPractice({ time_zone: 'Pacific/Auckland' })
    // A minute before midnight in Auckland, and a minute after.
    for (const at of ['2026-03-10T10:59:00Z', '2026-03-10T11:01:00Z']) {
      const { id } = await api.create({}, practice.key)
      await api.owner`UPDATE event SET at = ${at}, recorded_at = ${at} WHERE onboarding_id = ${id} AND kind = 'invited'`
    }
    const report = async (asOf: string) =>
      (await api.call(`reports/conversion?asOf=${asOf}`, { key: practice.key })).body
    const first = await report('2026-03-10')
    expect([first.asOf, first.weeks.map(({ n }: { n: number }) => n)]).toEqual(['2026-03-10T10:59:59.999Z', [1]])
    expect((await report('2026-03-11')).weeks.map(({ n }: { n: number }) => n)).toEqual([2])
    const dayOf = (at: number) => new Date(at).toLocaleDateString('sv-SE', { timeZone: 'Pacific/Auckland' })
    const today = await report(dayOf(Date.now()))
    expect(Date.now() - Date.parse(today.asOf)).toBeLessThan(60_000)
    const tomorrow = await report(dayOf(Date.now() + 86_400_000))
    expect(tomorrow.errors).toMatchObject([{ field: 'asOf', code: 'in_future' }])
  })
})
