import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { inject } from 'vitest'
import { createOnboarding, type NewOnboarding } from '../commands/createOnboarding.ts'
import { connectEngine } from '../commands/engine.ts'
import type { Commands } from '../commands/execute.ts'
import { openDatabase } from '../db/client.ts'
import { keptWorkflowBundle } from '../dev/built/workflowBundle.ts'
import { freePort } from '../dev/stack/ports.ts'
import type { Actor } from '../domain/events.ts'
import type { MessageState } from '../domain/messageFacts.ts'
import type { MessagePurpose } from '../domain/messages.ts'
import type { Channel, Status } from '../domain/situation.ts'
import { startSandbox } from '../sandbox/server.ts'
import { readConfig, type WorkerConfig } from '../worker/config.ts'
import { type RunningWorker, startWorker } from '../worker/worker.ts'
import { workflowIdOf } from '../workflows/contract.ts'
import { createTestDatabase } from './database.ts'
import { createTestNamespace } from './namespace.ts'
import { ordinaryClient } from './ordinaryClient.ts'
import { sandboxControl } from './sandboxControl.ts'
import { sandboxEnvironment } from './sandboxEnvironment.ts'
import { waitFor } from './waitFor.ts'
import { spawnWorker } from './workerProcess.ts'

export type Harness = Awaited<ReturnType<typeof startHarness>>

export type HarnessOptions = {
  /** `inside` runs it in this process, `none` leaves starting it to the test. Default: inside. */
  worker?: 'inside' | 'none'
  /** The timeout of a send, in ms. */
  sendTimeoutMs?: number
  /** True to let the reconciler repeat lost signals by itself, as in the product. Default: only `reconcileNow` does. */
  reconciles?: true
  /** Variables of the processes, besides those of the sandbox. */
  environment?: (sandboxUrl: string) => Record<string, string>
  /** An engine of the test's own, instead of a namespace on the shared one. */
  engine?: { address: string; namespace: string }
}

/** A practice, with the address of its mails. */
export type TestPractice = { id: string; slug: string; notificationEmail: string }

/** The given values of a test's onboarding; the rest has defaults. */
export type NewTestOnboarding = {
  name?: string
  contactName?: string
  email?: string | null
  phone?: string | null
  /** Null sends no invitation. Default: email. */
  channels?: Channel[] | null
  steps?: Partial<NewOnboarding['steps']>
}

export type Row = {
  id: string
  status: Status
  run: number
  fact_seq: number
  notified_seq: number
  wake_at: Date | null
  expires_at: Date | null
  workflow_started_at: Date | null
  blocked_by: string | null
  move: string | null
  clock_offset_ms: string
}

export type MessageRow = {
  id: string
  purpose: MessagePurpose
  channel: 'email' | 'sms'
  state: MessageState
  reason: string | null
  cause: string | null
  attempts: number
  recipient: string | null
  inputs: unknown
}

/** The API key under which a test acts. */
export const testActor: Actor = { type: 'api_key', id: null }

/**
 * Starts the real parts for one test file: a database, a namespace of the engine, the providers, a worker, and commands
 * as the API issues them. Call `stop` at the end.
 */
export async function startHarness(options: HarnessOptions = {}) {
  const [database, namespace, sandbox, bundlePath, apiPort] = await Promise.all([
    createTestDatabase(),
    options.engine?.namespace ?? createTestNamespace(),
    startSandbox(),
    keptWorkflowBundle(),
    freePort(),
  ])
  const temporalAddress = options.engine?.address ?? inject('TEMPORAL_ADDRESS')
  const publicUrl = `http://127.0.0.1:${apiPort}`
  const control = sandboxControl(sandbox.url)
  const perSecond = 1000
  await control.call('POST', '/setup', {
    resend: { perSecond },
    twilio: { perSecond },
    truelayer: { returnUris: [`${publicUrl}/connect/return`] },
  })

  const key = () => `k1:${randomBytes(32).toString('base64')}`
  /** The environment of a worker process; an API's needs DATABASE_URL of `database.apiUrl` and PORT `apiPort`. */
  const environment = sandboxEnvironment(sandbox.url, {
    DATABASE_URL: database.workerUrl,
    PUBLIC_URL: publicUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    LINK_KEYS: key(),
    SEAL_KEYS: key(),
    WORKFLOW_BUNDLE: bundlePath,
    ...options.environment?.(sandbox.url),
  })
  const parsed = readConfig(environment)
  const { sendTimeoutMs = 2_000 } = options
  const staleAfterMs = options.reconciles ? 2_000 : 0
  const config: WorkerConfig = {
    ...parsed,
    resend: { ...parsed.resend, sendTimeoutMs },
    twilio: { ...parsed.twilio, sendTimeoutMs },
    // Unless it reconciles, everything stale counts at once, and a pass is made only when a test calls `reconcileNow`.
    reconcile: {
      everyMs: options.reconciles ? 1_000 : 3_600_000,
      compareEveryMs: options.reconciles ? 3_600_000 : 0,
      failedAttempts: 3,
      atMost: 100,
      notStartedAfterMs: staleAfterMs,
      notSignalledAfterMs: staleAfterMs,
      oversleptAfterMs: staleAfterMs,
      dueAfterMs: staleAfterMs,
    },
  }

  const owner = postgres(database.ownerUrl, { max: 3, onnotice: () => undefined })
  const unsignalled: string[] = []
  const commands = {
    db: openDatabase(database.apiUrl, 10),
    engine: connectEngine({ address: temporalAddress, namespace }),
    linkKeys: config.linkKeys,
    onSignalFailed: (onboardingId: string) => unsignalled.push(onboardingId),
  } satisfies Commands & Record<string, unknown>
  const connection = await Connection.connect({ address: temporalAddress })
  const temporal = new Client({ connection, namespace })

  const workers = new Set<{ stop(): Promise<void> }>()
  /** Starts a worker in this process, with the harness's configuration or a changed one. */
  const startInside = async (changes: Partial<WorkerConfig> = {}): Promise<RunningWorker> => {
    const running = await startWorker({ ...config, ...changes })
    const stop = () => running.stop().finally(() => workers.delete(tracked))
    const tracked = { ...running, stop }
    workers.add(tracked)
    return tracked
  }
  /** Starts a worker in a process of its own, which can be killed; resolves when it is ready. */
  const startProcess = async (changes: Record<string, string> = {}, hear?: (output: string) => void) => {
    const running = await spawnWorker({ ...environment, ...changes }, hear)
    workers.add(running)
    return running
  }

  const createPractice = async (
    changes: Record<string, string | number | boolean | Date | null> = {},
  ): Promise<TestPractice> => {
    const slug = `practice-${randomUUID().slice(0, 8)}`
    const practice = {
      slug,
      name: 'Marsh & Lowe',
      notification_email: `office@${slug}.example`,
      limit_lifted_at: new Date(),
      ...changes,
    }
    const [row] = await owner<TestPractice[]>`
      INSERT INTO practice ${owner(practice)} RETURNING id, slug, notification_email AS "notificationEmail"`
    if (!row) throw new Error('no practice was made')
    return row
  }
  const firstPractice = await createPractice()

  /** Creates an onboarding as the API does. The address is unique unless given; `by` replaces the commands. */
  const create = async (given: NewTestOnboarding = {}, practice = firstPractice, by: Commands = commands) => {
    const { name = 'Harbour Bakery Ltd', contactName = 'Jo Carter', steps, channels = ['email'] } = given
    const email = given.email === undefined ? `jo.${randomUUID().slice(0, 8)}@harbour.example` : given.email
    const phone = given.phone ?? null
    const inviterName = 'Priya Shah'
    const input = ordinaryClient({ name, contactName, email, phone, channels, inviterName, steps })
    const created = await createOnboarding(by, practice.id, testActor, input, async (_tx, id) => id)
    if (created.result !== 'created') throw new Error(`not created: ${JSON.stringify(created)}`)
    const id = created.response as string
    return {
      id,
      email: email ?? '',
      phone: phone ?? '',
      practice,
      target: { practiceId: practice.id, onboardingId: id },
    }
  }

  const row = async (id: string): Promise<Row> => {
    const [found] = await owner<Row[]>`SELECT * FROM onboarding WHERE id = ${id}`
    if (!found) throw new Error(`no onboarding ${id}`)
    return found
  }
  const messages = (id: string, purpose?: MessagePurpose): Promise<MessageRow[]> =>
    owner<MessageRow[]>`
      SELECT id, purpose, channel, state, reason, cause, attempts, recipient, inputs FROM message
      WHERE onboarding_id = ${id} ${purpose ? owner`AND purpose = ${purpose}` : owner``} ORDER BY id`

  const inside = options.worker === 'none' ? null : await startInside()

  return {
    database,
    namespace,
    sandboxUrl: sandbox.url,
    control,
    publicUrl,
    apiPort,
    environment,
    config,
    owner,
    commands,
    unsignalled,
    temporal,
    practice: firstPractice,
    createPractice,
    create,
    startInside,
    startProcess,
    row,
    messages,
    /** The worker inside this process; throws when the harness was started without one. */
    get worker(): RunningWorker {
      if (!inside) throw new Error('the harness has no worker of its own')
      return inside
    },
    /** Returns the only message of this purpose and channel. */
    message: async (id: string, purpose: MessagePurpose, channel: 'email' | 'sms' = 'email'): Promise<MessageRow> => {
      const found = (await messages(id, purpose)).filter((one) => one.channel === channel)
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} ${purpose} messages by ${channel}`)
      return found[0]
    },
    /** Returns the log, oldest first. */
    events: (id: string): Promise<{ seq: number; kind: string; key: string; data: Record<string, unknown> }[]> =>
      owner<{ seq: number; kind: string; key: string; data: Record<string, unknown> }[]>`
        SELECT seq, kind, key, data FROM event WHERE onboarding_id = ${id} ORDER BY seq`,
    /** Waits until the onboarding has this status. */
    until: (id: string, status: Status, timeoutMs?: number): Promise<Row> =>
      waitFor(
        `status ${status} of ${id}`,
        async () => {
          const found = await row(id)
          return found.status === status && found
        },
        timeoutMs,
      ),
    /** Waits until the newest message of this purpose has one of these states. */
    untilMessage: (id: string, purpose: MessagePurpose, states: MessageState[], channel: 'email' | 'sms' = 'email') =>
      waitFor(`${purpose} ${states.join(' or ')}`, async () => {
        const newest = (await messages(id, purpose)).filter((one) => one.channel === channel).at(-1)
        return newest && states.includes(newest.state) && newest
      }),
    /** Returns the token of the newest link in a sent mail or text. */
    tokenIn: (sent: { text: string }): string => {
      const token = sent.text.match(/\/j\/([\w-]{22})/)?.[1]
      if (!token) throw new Error(`no link in: ${sent.text}`)
      return token
    },
    /** Returns the id of the link with this token, for commands. */
    linkId: async (token: string): Promise<string> => {
      const hash = createHash('sha256').update(token).digest()
      const [link] = await owner<{ id: string }[]>`SELECT id FROM link WHERE token_sha256 = ${hash}`
      if (!link) throw new Error('no such link')
      return link.id
    },
    /** Returns the workflow of a run, by default of the present one. */
    workflow: async (id: string, run?: number) =>
      temporal.workflow.getHandle(workflowIdOf(id, run ?? (await row(id)).run)),
    /** Stops every worker, and everything else. */
    stop: async () => {
      await Promise.allSettled([...workers].map((worker) => worker.stop()))
      await Promise.allSettled([
        commands.engine.close(),
        connection.close(),
        commands.db.close(),
        owner.end(),
        sandbox.close(),
      ])
      await database.drop()
    },
  }
}
