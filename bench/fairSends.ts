import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createOnboarding } from '../commands/createOnboarding.ts'
import { ordinaryClient } from '../test/ordinaryClient.ts'
import { type Embedded, withStack } from './kit/embedded.ts'
import { inParallel } from './kit/pool.ts'
import { type Row, runAlone } from './kit/table.ts'
import { seedPractice } from './seed.ts'

const PER_SECOND = 2
const MANY = 2_000
const SINGLES = 5
/** Timeouts: for queueing all mails, and for each single mail. */
const QUEUED_WITHIN_MS = 900_000
const SENT_WITHIN_MS = 60_000

/** Measures the wait of a single invitation while another practice has 2,000 mails in a queue of two a second. */
export function measureFairSends(): Promise<Row[]> {
  const perSecond = String(PER_SECOND)
  return withStack(
    { services: ['sandbox', 'worker'], environment: { MAIL_PER_SECOND: perSecond } },
    async (embedded) => {
      const { owner, practice } = embedded
      await embedded.control('POST', '/setup', { resend: { perSecond: PER_SECOND } })
      const other = await seedPractice(owner, 'second', Buffer.from(randomUUID().replaceAll('-', ''), 'utf8'))
      await inParallel(MANY, 8, async () => {
        await invite(embedded, practice.id)
      })
      await untilQueued(embedded)
      const [{ left } = { left: 0 }] = await owner<{ left: number }[]>`
      SELECT count(*)::int AS left FROM message WHERE state IN ('queued', 'sending')`
      const waits: number[] = []
      for (let n = 0; n < SINGLES; n++) waits.push(await secondsUntilSent(embedded, await invite(embedded, other)))
      const sorted = waits.toSorted((a, b) => a - b)
      return [
        {
          measure: `another practice's single invitation, behind ${left} mails at ${PER_SECOND}/s`,
          value: `${sorted.at(-1)?.toFixed(1)} s`,
          aim: '< 3 s',
          note: `the slowest of ${SINGLES}; all: ${waits.map((one) => one.toFixed(1)).join(', ')} s`,
        },
      ]
    },
  )
}

async function invite({ commands }: Embedded, practiceId: string): Promise<string> {
  const email = `jo.${randomUUID().slice(0, 8)}@harbour.example`
  const input = ordinaryClient({
    name: 'Harbour Bakery Ltd',
    contactName: 'Jo Carter',
    email,
    phone: null,
    channels: ['email'],
    inviterName: null,
    steps: undefined,
  })
  const actor = { type: 'system', id: null } as const
  const created = await createOnboarding(commands, practiceId, actor, input, async (_tx, id) => id)
  if (created.result !== 'created') throw new Error(`not created: ${created.result}`)
  return created.response as string
}

/** Waits until every workflow has queued its mail. */
async function untilQueued({ owner }: Embedded): Promise<void> {
  const end = performance.now() + QUEUED_WITHIN_MS
  for (;;) {
    const [{ n } = { n: 0 }] = await owner<{ n: number }[]>`
      SELECT count(*)::int AS n FROM onboarding WHERE provisioned_at IS NULL`
    if (n === 0) return
    if (performance.now() > end) throw new Error(`${n} mails were not queued in time`)
    await sleep(250)
  }
}

async function secondsUntilSent({ owner }: Embedded, onboardingId: string): Promise<number> {
  const begun = performance.now()
  while (performance.now() - begun < SENT_WITHIN_MS) {
    const [message] = await owner<{ state: string }[]>`SELECT state FROM message WHERE onboarding_id = ${onboardingId}`
    if (message && message.state !== 'queued' && message.state !== 'sending') return (performance.now() - begun) / 1000
    await sleep(20)
  }
  return Number.POSITIVE_INFINITY
}

await runAlone(import.meta.url, measureFairSends)
