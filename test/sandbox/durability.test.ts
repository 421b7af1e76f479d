import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, mail, type Running, receiver, running, sendMail } from './running.ts'
import { truelayerClient } from './truelayerClient.ts'
import { xeroClient } from './xeroClient.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embark-sandbox-'))
  return () => rm(folder, { recursive: true })
})

describe('after a restart on the same file', () => {
  let sandbox: Running
  afterEach(() => sandbox.close())
  const restart = async () => {
    await sandbox.close()
    sandbox = await running(join(folder, 'sandbox.db'))
  }

  it('knows messages, keys, setup and faults', async () => {
    sandbox = await running(join(folder, 'sandbox.db'))
    await sandbox.control('POST', '/setup', { resend: { perSecond: 77 } })
    await sandbox.control('POST', '/faults', { provider: 'twilio', kind: 'failed', times: 3 })
    const body = mail({ to: 'kept@harbour.example' })
    const first = await sendMail(sandbox.url, body, { 'idempotency-key': 'kept' })
    await restart()
    const again = await sendMail(sandbox.url, body, { 'idempotency-key': 'kept' })
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('ratelimit-limit')).toBe('77')
    expect(await sandbox.sentTo('kept@harbour.example')).toMatchObject([{ requests: 2, subject: body.subject }])
    expect(await sandbox.control('GET', '/faults')).toMatchObject({ faults: [{ kind: 'failed', timesLeft: 3 }] })
  })

  it('carries out the webhooks that were still to come', async () => {
    sandbox = await running(join(folder, 'sandbox.db'))
    const hook = await receiver()
    await sandbox.control('POST', '/setup', { resend: { webhookUrl: hook.url, deliverAfterMs: 600 } })
    const { body } = await sendMail(sandbox.url, mail())
    await restart()
    await eventually(() => hook.received.some((one) => one.body.includes(String(body.id))))
    await hook.close()
  })

  it('knows bank connections and Xero’s tokens, keys and connections', async () => {
    sandbox = await running(join(folder, 'sandbox.db'))
    const truelayer = await truelayerClient(sandbox)
    const connection = await truelayer.started()
    await connection.decide({ action: 'approve' })
    const accounts = (await connection.accounts()).body
    const xero = xeroClient(sandbox)
    const tenant = await xero.organisation('Kept Ltd')
    const tokens = await xero.connect([['organisation', tenant]])
    await restart()
    expect(
      (await (await truelayerClient(sandbox)).get('/v3/connected-accounts', { 'connection-id': connection.id })).body,
    ).toEqual(accounts)
    const after = xeroClient(sandbox)
    const call = await after.api('GET', '/api.xro/2.0/Organisation', tokens.access, { 'xero-tenant-id': tenant })
    expect(call.status).toBe(200)
    expect((await after.refresh(tokens.refresh)).status).toBe(200)
  })
})

describe('the process', () => {
  let child: ChildProcess
  afterEach(() => {
    child.kill('SIGKILL')
  })

  async function start(): Promise<string> {
    child = spawn(process.execPath, ['dev/serve.ts', 'sandbox'], {
      env: { ...process.env, SANDBOX_PORT: '0', SANDBOX_DATA: join(folder, 'killed.db') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout!, 'data')) as [Buffer]
    const ready = JSON.parse(line.toString()) as { ready: boolean; url: string }
    expect(ready.ready).toBe(true)
    return ready.url
  }

  it('loses nothing that it answered for when it is killed', async () => {
    const url = await start()
    const ids: unknown[] = []
    for (let i = 0; i < 5; i++) ids.push((await sendMail(url, mail(), { 'idempotency-key': `killed-${i}` })).body.id)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const again = await start()
    const repeated: unknown[] = []
    for (let i = 0; i < 5; i++)
      repeated.push((await sendMail(again, mail(), { 'idempotency-key': `killed-${i}` })).body.id)
    expect(repeated).toEqual(ids)
  })

  it('stops by itself when asked to', async () => {
    await start()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
