import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { connectEngine } from '../../../commands/engine.ts'
import { workflowIdOf } from '../../../workflows/contract.ts'
import { createTestNamespace } from '../../namespace.ts'
import { waitFor } from '../../waitFor.ts'
import { type StaffApi, startStaffApi } from '../staffHarness.ts'

let api: StaffApi
let connection: Connection
let client: Client

beforeAll(async () => {
  const namespace = await createTestNamespace()
  const address = inject('TEMPORAL_ADDRESS')
  api = await startStaffApi()
  api.deps.commands.engine = connectEngine({ address, namespace })
  connection = await Connection.connect({ address })
  client = new Client({ connection, namespace })
})
afterAll(async () => {
  await api?.deps.commands.engine.close()
  await connection?.close()
  await api?.stop()
})

test('creating twice with the same key, or ten times at once, makes one organisation and one workflow', async () => {
  const body = { organisation: { name: 'Once Ltd' }, invitation: { name: 'Jo', email: 'once@harbour.example' } }
  const create = () => api.post('onboardings', body, { headers: { 'idempotency-key': 'double-click' } })
  const answers = [...(await Promise.all(Array.from({ length: 10 }, create))), await create()]
  expect(new Set(answers.map((one) => one.body.id)).size).toBe(1)
  const [rows] = await api.owner`SELECT count(*)::int AS n FROM organisation`
  expect(rows?.n).toBe(1)
  const found = await waitFor('the workflow to be listed', async () => {
    const ids: string[] = []
    for await (const workflow of client.workflow.list()) ids.push(workflow.workflowId)
    return ids.length > 0 && ids
  })
  expect(found).toEqual([workflowIdOf(answers[0]?.body.id, 1)])
  const ready = await api.call('/readyz', { key: null })
  expect(ready.body).toEqual({ status: 'ready', database: 'ok', engine: 'ok' })
})
