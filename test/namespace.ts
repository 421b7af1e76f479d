import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { msToTs } from '@temporalio/common/lib/time.js'
import { inject } from 'vitest'

/**
 * Creates a Temporal namespace for one test file, so that workers of two files never take each other's tasks from the
 * queues, whose names are fixed. Returns its name once the whole server knows it.
 */
export async function createTestNamespace(): Promise<string> {
  const connection = await Connection.connect({ address: inject('TEMPORAL_ADDRESS') })
  const namespace = `test-${randomUUID()}`
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    })
    const end = Date.now() + 15_000
    for (;;) {
      try {
        // A start needs every part of the server to know the namespace; a listing reaches only some of them.
        await connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: 'embark' },
          taskQueueType: 1,
        })
        return namespace
      } catch (problem) {
        if (Date.now() > end) throw problem
        await sleep(50)
      }
    }
  } finally {
    await connection.close()
  }
}
