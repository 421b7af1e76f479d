import { setTimeout as sleep } from 'node:timers/promises'
import type { Embedded } from '../../bench/kit/embedded.ts'
import { ONBOARDING_WORKFLOW, workflowIdOf } from '../../workflows/contract.ts'
import type { Story, Told } from './people.ts'

/** One invariant that was checked. `broken` names each violation. */
export type Invariant = { name: string; broken: string[] }

/** The statuses in which each story may end. A cancellation stands when its undo came too late. */
const ENDS: Record<Story, string[]> = {
  connects: ['completed'],
  connects_books: ['completed'],
  skipped: ['completed'],
  silent: ['invited'],
  resent: ['invited'],
  declines: ['declined'],
  cancelled: ['cancelled'],
  cancel_undone: ['invited', 'cancelled'],
  reopened: ['completed'],
}

/** The parts that are compared. */
type Compared = Pick<Embedded, 'owner' | 'control'> & { engine: Pick<Embedded['engine'], 'client'> }
type Row = { id: string; practice: string; name: string; status: string; run: number; seq: number; open: boolean }

const SETTLING_MS = 240_000

/** Waits until nothing is under way, or a limit; the invariants then report what is left. */
export async function settle(compared: Compared): Promise<void> {
  for (const end = Date.now() + SETTLING_MS; Date.now() < end; await sleep(1_000)) {
    const left = await leftOf(compared).catch(() => ['the database or the engine is away'])
    if (left.length === 0) return
  }
}

const leftOf = async (compared: Compared) => [
  ...(await unsent(compared.owner)),
  ...(await uncleaned(compared.owner)),
  ...(await unlikeEngine(compared)),
]

const readRows = (owner: Embedded['owner']) => owner<Row[]>`
  SELECT o.id, o.practice_id AS practice, c.name, o.status, o.run, o.fact_seq AS seq,
    completed_at IS NULL AND cancelled_at IS NULL AND gave_up_at IS NULL AS open
  FROM onboarding o JOIN organisation c ON c.id = o.organisation_id WHERE c.name LIKE 'Chaos %'`

const unsent = async (owner: Embedded['owner']) =>
  (
    await owner<{ what: string }[]>`
      SELECT 'message ' || m.purpose || ' of ' || o.status || ' ' || o.id || ' is ' || m.state AS what
      FROM message m JOIN onboarding o ON o.id = m.onboarding_id WHERE m.state IN ('queued', 'sending')
      UNION ALL SELECT 'mail to a colleague ' || id FROM staff_mail WHERE state = 'queued'`
  ).map(({ what }) => what)

const uncleaned = async (owner: Embedded['owner']) =>
  (await owner<{ id: string }[]>`SELECT id FROM onboarding WHERE cancelled_at IS NOT NULL AND cleaned_at IS NULL`).map(
    ({ id }) => `cancelled and not cleaned up: ${id}`,
  )

/** Returns differences between open rows and running executions, and executions whose workflow task keeps failing. */
async function unlikeEngine({ owner, engine }: Compared): Promise<string[]> {
  const running = await readRunning(engine)
  const rows = await readRows(owner)
  const wanted = new Set(rows.filter(({ open }) => open).map(({ id, run }) => workflowIdOf(id, run)))
  const ours = new Set(rows.map(({ id }) => id))
  const lacking = [...wanted].filter((id) => !running.has(id)).map((id) => `open, and its run is gone: ${id}`)
  const extra = [...running.keys()]
    .filter((id) => !wanted.has(id) && ours.has(id.slice('onboarding-'.length, -2)))
    .map((id) => `closed, and a run goes on: ${id}`)
  const stuck = [...running]
    .filter(([, attempt]) => attempt > 2)
    .map(([id]) => `its workflow task keeps failing: ${id}`)
  return [...lacking, ...extra, ...stuck]
}

/** Returns the running executions by id, each with the attempt of its pending workflow task (0 for none). */
async function readRunning({ client }: Compared['engine']): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const query = `WorkflowType = '${ONBOARDING_WORKFLOW}' AND ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) {
    const { raw } = await client.workflow.getHandle(workflowId).describe()
    found.set(workflowId, raw.pendingWorkflowTask?.attempt ?? 0)
  }
  return found
}

/** Returns the message that a mail was sent for. One whose first key is spent is sent under a second. */
const messageOf = (idempotencyKey: string): string => idempotencyKey.replace(/\/again$/, '')

type Sent = { idempotencyKey?: string; callbackUrl?: string; channel: string; to: string; subject?: string }

/** Checks database, engine and sandbox against the acknowledged requests and against each other. */
export async function check(compared: Compared, told: Told[], deaths: string[]): Promise<Invariant[]> {
  const { owner, control } = compared
  const rows = await readRows(owner)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const ofName = Map.groupBy(rows, ({ name }) => name)
  const { messages: sent } = (await control('GET', '/messages?limit=20000')) as { messages: Sent[] }
  const mails = new Map(
    sent.flatMap((one) => (one.idempotencyKey ? [[messageOf(one.idempotencyKey), one] as const] : [])),
  )
  const facts = await owner<{ id: string; kinds: string[] }[]>`
    SELECT onboarding_id AS id, array_agg(kind) AS kinds FROM event GROUP BY onboarding_id`
  const kindsOf = new Map(facts.map(({ id, kinds }) => [id, kinds]))
  const names = async (rows: PromiseLike<{ what: string }[]>) => (await rows).map(({ what }) => what)

  return [
    {
      name: 'no process ended that was not killed',
      broken: deaths,
    },
    {
      name: 'every story came to its end, and nothing was answered as a fault of ours',
      broken: told.flatMap(({ faulty }) => faulty),
    },
    {
      name: 'whatever was acknowledged stands in the log',
      broken: told.flatMap(({ onboardingId, acknowledged }) =>
        acknowledged
          .filter((kind) => !kindsOf.get(onboardingId ?? '')?.includes(kind))
          .map((kind) => `${kind} of ${onboardingId}`),
      ),
    },
    {
      name: 'each client was made once, and for its own practice',
      broken: told.flatMap(({ name, practiceId }) => {
        const made = ofName.get(name) ?? []
        return made.length === 1 && made[0]?.practice === practiceId ? [] : [`${name}: ${made.length}`]
      }),
    },
    {
      name: 'everything of a client is its practice’s',
      broken: await names(owner`
        SELECT t.name || ' of ' || o.id AS what FROM onboarding o JOIN (
          SELECT 'event' AS name, onboarding_id, practice_id FROM event
          UNION ALL SELECT 'message', onboarding_id, practice_id FROM message
          UNION ALL SELECT 'link', onboarding_id, practice_id FROM link
          UNION ALL SELECT 'invitation', onboarding_id, practice_id FROM invitation
          UNION ALL SELECT 'connection', onboarding_id, practice_id FROM connection
        ) t ON t.onboarding_id = o.id WHERE t.practice_id <> o.practice_id`),
    },
    {
      name: 'each client ends where its story does',
      broken: told.flatMap(({ story, onboardingId }) => {
        const status = byId.get(onboardingId ?? '')?.status ?? 'missing'
        return ENDS[story].includes(status) ? [] : [`${story} ${onboardingId} is ${status}`]
      }),
    },
    {
      name: 'the log has no gap, and ends where the row does',
      broken: await names(owner`
        SELECT o.id || ': ' || count(*) || ' of ' || o.fact_seq AS what
        FROM onboarding o JOIN event e ON e.onboarding_id = o.id
        GROUP BY o.id, o.fact_seq HAVING count(*) <> o.fact_seq OR max(e.seq) <> o.fact_seq`),
    },
    { name: 'nothing waits to be sent', broken: await unsent(owner) },
    { name: 'every cancellation is cleaned up', broken: await uncleaned(owner) },
    { name: 'the engine runs what is open, and nothing else', broken: await unlikeEngine(compared) },
    {
      name: 'what counts as sent was taken by the provider',
      broken: (
        await owner<{ id: string; purpose: string }[]>`
          SELECT id, purpose FROM message WHERE channel = 'email' AND state IN ('sent', 'delayed', 'delivered')`
      )
        .filter(({ id }) => !mails.has(id))
        .map(({ id, purpose }) => `${purpose} ${id}`),
    },
    {
      name: 'what the provider took counts as sent',
      broken: (
        await owner<{ id: string; purpose: string; state: string }[]>`
          SELECT id, purpose, state FROM message
          WHERE channel = 'email' AND state IN ('queued', 'withdrawn', 'failed', 'suppressed')`
      )
        .filter(({ id }) => mails.has(id))
        .map(({ id, purpose, state }) => `${purpose} ${id} is ${state}`),
    },
    {
      name: 'no invitation was mailed twice',
      broken: (
        await owner<{ id: string; onboarding: string; generation: number; purpose: string }[]>`
          SELECT id, onboarding_id AS onboarding, generation, purpose FROM message
          WHERE channel = 'email' AND purpose IN ('invitation', 'new_link', 'access_request')`
      )
        .filter(({ id }) => mails.has(id))
        .map(({ onboarding, generation }) => `generation ${generation} of ${onboarding}`)
        .filter((one, place, all) => all.indexOf(one) !== place),
    },
    {
      name: 'no mail and no text went out twice under one message',
      broken: sent
        .map(({ idempotencyKey, callbackUrl, to }) =>
          idempotencyKey ? messageOf(idempotencyKey) : (callbackUrl ?? to),
        )
        .filter((key, place, all) => all.indexOf(key) !== place),
    },
    {
      name: 'completed once a run, and told once that all is done',
      broken: await names(owner`
        SELECT 'completed of ' || onboarding_id || ': ' || count(*) AS what FROM event
        WHERE kind = 'completed' GROUP BY onboarding_id, key HAVING count(*) > 1
        UNION ALL
        SELECT 'told of ' || onboarding_id || ': ' || count(*) FROM message
        WHERE purpose = 'client_done' AND state NOT IN ('withdrawn', 'suppressed')
        GROUP BY onboarding_id HAVING count(*) > 1`),
    },
    {
      name: 'what completed has its bank, once',
      broken: (
        await owner<{ id: string; banks: number }[]>`
          SELECT o.id, (SELECT count(*)::int FROM connection c WHERE c.onboarding_id = o.id AND c.kind = 'bank') AS banks
          FROM onboarding o WHERE o.status = 'completed' AND o.accepted_at IS NOT NULL`
      )
        .filter(({ id, banks }) => told.some((one) => one.onboardingId === id) && banks !== 1)
        .map(({ id, banks }) => `${id}: ${banks}`),
    },
  ]
}
