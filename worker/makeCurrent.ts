import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { nameOf, readVersions } from './version.ts'

// `npm run worker:current [-- --version NAME.BUILD] [--wait SECONDS]`: makes a worker version current, so that the
// engine gives it all work; by default that of WORKER_DEPLOYMENT_VERSION. Waits until such a worker has connected.
// TEMPORAL_* names the engine.

async function main(): Promise<string> {
  const { values } = parseArgs({ options: { version: { type: 'string' }, wait: { type: 'string', default: '60' } } })
  const version = values.version || process.env.WORKER_DEPLOYMENT_VERSION
  if (!version) return 'No version is given (WORKER_DEPLOYMENT_VERSION): workers have none, and none is made current.'
  const [deploymentName = '', buildId = ''] = version.split(/\.(.*)/s)
  const until = Date.now() + Number(values.wait) * 1000
  if (!deploymentName || !buildId) throw new Error(`"${version}" must read deployment.build`)
  if (Number.isNaN(until)) throw new Error('--wait is a number of seconds')
  const { namespace = 'default', connectionOptions } = loadClientConnectConfig()
  const connection = await Connection.connect(connectionOptions)
  try {
    const before = await readVersions(connection, namespace)
    await untilDone(until, `no worker of version ${version} has come, or not to every queue`, () =>
      connection.workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId }),
    )
    await untilDone(until, 'the queues have not heard of it yet', async () => {
      const { current } = await readVersions(connection, namespace)
      if (current !== nameOf({ deploymentName, buildId })) throw new Error(`${current ?? 'none'} is current`)
    })
    return before.current === version
      ? `Version ${version} is current, as before.`
      : `Version ${version} is current now${before.current ? `, in place of ${before.current}` : ''}.`
  } finally {
    await connection.close()
  }
}

/** Tries again each second until it works; throws with the last failure when the time is over. */
async function untilDone(until: number, problem: string, attempt: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      if (Date.now() > until) throw new Error(`Not made current: ${problem} (${(error as Error).message}).`)
      await sleep(1_000)
    }
  }
}

await main().then(
  (words) => console.log(words),
  (error: Error) => {
    console.error(error.message)
    process.exitCode = 1
  },
)
