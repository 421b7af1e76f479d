import { createHash, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { createOnboarding, type NewOnboarding } from '../../commands/createOnboarding.ts'
import { type Commands, execute, type Outcome, type Target } from '../../commands/execute.ts'
import { openDatabase } from '../../db/client.ts'
import { readFacts } from '../../db/onboardings/facts.ts'
import type { Command } from '../../domain/commands.ts'
import type { Actor } from '../../domain/events.ts'
import type { Channel } from '../../domain/situation.ts'
import { awayEngine } from '../awayEngine.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { ordinaryClient } from '../ordinaryClient.ts'

const staff: Actor = { type: 'staff', id: null }

/** Returns the recipient of a test's invitation, with unique addresses. */
const someone = () => ({
  name: 'Jo Carter',
  email: `jo.${randomUUID().slice(0, 8)}@harbour.example`,
  phone: `+4479${Math.floor(1e7 + Math.random() * 8e7)}`,
  message: null,
  inviterName: null,
})

export type EngineAway = Awaited<ReturnType<typeof startEngineAway>>

/** Creates a test database and the real commands on it, while the engine does not answer. Call `stop` at the end. */
export async function startEngineAway() {
  const database = await createTestDatabase()
  const owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} })
  const unsignalled: string[] = []
  const api: Commands = {
    db: openDatabase(database.apiUrl, 4),
    engine: awayEngine,
    onSignalFailed: (id) => unsignalled.push(id),
  }
  const worker: Commands = {
    db: openDatabase(database.workerUrl, 4),
    engine: awayEngine,
    onSignalFailed: (id) => unsignalled.push(id),
  }

  const createPractice = async (timeZone = 'Europe/London'): Promise<string> => {
    const [row] = await owner<{ id: string }[]>`
      INSERT INTO practice (slug, name, time_zone, notification_email, limit_lifted_at)
      VALUES (${`practice-${randomUUID().slice(0, 8)}`}, 'Marsh & Lowe', ${timeZone}, 'office@marsh.example', now())
      RETURNING id`
    if (!row) throw new Error('no practice was made')
    return row.id
  }

  /** Creates an onboarding as the API does; null channels send no invitation. */
  const create = async (
    practiceId: string,
    channels: Channel[] | null = ['email'],
    name = 'Harbour Bakery Ltd',
    steps: Partial<NewOnboarding['steps']> = {},
  ): Promise<Target> => {
    const email = `jo.${randomUUID().slice(0, 8)}@harbour.example`
    const phone = channels?.includes('sms') ? `+4479${Math.floor(1e7 + Math.random() * 8e7)}` : null
    const inviterName = null
    const input = ordinaryClient({ name, contactName: 'Jo Carter', email, phone, channels, inviterName, steps })
    const created = await createOnboarding(api, practiceId, staff, input, async (_tx, id) => id)
    if (created.result !== 'created') throw new Error(`not created: ${created.result}`)
    return { practiceId, onboardingId: String(created.response) }
  }

  /** Writes the connection that a return from a provider writes beside its command, without a session. */
  const keepConnection = async ({ practiceId, onboardingId }: Target, command: Command): Promise<void> => {
    if (command.do !== 'connect' && command.do !== 'disconnect') return
    const state = command.do === 'connect' ? 'replaced' : 'disconnected'
    await owner.begin(async (sql) => {
      // The connection has no session, so foreign keys are not checked.
      await sql`SET LOCAL session_replication_role = replica`
      await sql`
        UPDATE connection SET state = ${state}, ended_at = now()
        WHERE onboarding_id = ${onboardingId} AND kind = ${command.step} AND state IN ('connected', 'lost')`
      if (command.do === 'disconnect') return
      await sql`
        INSERT INTO connection (practice_id, onboarding_id, organisation_id, session_id, kind, provider, external_id, state,
          consent_given_at, created_at)
        SELECT practice_id, id, organisation_id, uuidv7(), ${command.step}, ${command.provider}, 'external', 'connected', now(), now()
        FROM onboarding WHERE id = ${onboardingId} AND practice_id = ${practiceId}`
    })
  }

  return {
    database,
    owner,
    api,
    worker,
    unsignalled,
    createPractice,
    create,
    keepConnection,
    perform: async (target: Target, command: Command, by: Commands = api): Promise<Outcome> => {
      const outcome = await execute(by, target, { actor: staff, command, recipient: someone() })
      if (outcome.result === 'changed') await keepConnection(target, command)
      return outcome
    },
    /** Reads the facts that `decide` uses. */
    read: async ({ practiceId, onboardingId }: Target) => {
      const locked = await api.db.inPractice(practiceId, (tx) => readFacts(tx, onboardingId))
      if (!locked) throw new Error(`no onboarding ${onboardingId}`)
      return locked
    },
    /** Returns the id of the present invitation's live accept link, as a sent mail has one; creates it if needed. */
    ensureLink: async ({ practiceId, onboardingId }: Target, channel: Channel = 'email'): Promise<string> => {
      const [row] = await owner<{ id: string }[]>`
        INSERT INTO link (practice_id, onboarding_id, invitation_id, channel, purpose, key_id, token_sha256, created_at)
        SELECT ${practiceId}, ${onboardingId}, i.id, ${channel}, 'accept', 'k1',
          ${createHash('sha256').update(randomUUID()).digest()}, clock_timestamp()
        FROM invitation i WHERE i.onboarding_id = ${onboardingId} ORDER BY generation DESC LIMIT 1
        ON CONFLICT (invitation_id, channel, purpose) WHERE ended_at IS NULL DO UPDATE SET channel = EXCLUDED.channel
        RETURNING id`
      if (!row) throw new Error('no invitation to link to')
      return row.id
    },
    stop: async () => {
      await Promise.all([api.db.close(), worker.db.close(), owner.end()])
      await database.drop()
    },
  }
}

export const ROLES = ['api', 'worker'] as const
type Role = (typeof ROLES)[number]

/** Runs `work` as a role, with a tenant or (null) without one; rolls back. */
export async function as<T>(
  database: TestDatabase,
  role: Role,
  practiceId: string | null,
  work: (sql: postgres.TransactionSql) => Promise<T>,
) {
  const sql = postgres(database[`${role}Url`], { max: 1, onnotice: () => {} })
  const undo = new Error('nothing is kept')
  let result: T | undefined
  try {
    await sql
      .begin(async (tx) => {
        if (practiceId !== null) await tx`SELECT set_config('app.practice_id', ${practiceId}, true)`
        result = await work(tx)
        throw undo
      })
      .catch((error) => {
        if (error !== undo) throw error
      })
    return result as T
  } finally {
    await sql.end()
  }
}
