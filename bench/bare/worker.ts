import { NativeConnection } from '@temporalio/worker'
import type { Activities } from '../../activities/createActivities.ts'
import { openDatabase } from '../../db/client.ts'
import { readConfig } from '../../worker/config.ts'
import { createLogger, installRuntime } from '../../worker/log.ts'
import { createWorkers } from '../../worker/worker.ts'
import { bareActivities } from './activities.ts'

// A process of its own, with the environment and the settings of Embark's worker, for the bare workflow. Says "ready".
const config = readConfig(process.env)
await installRuntime(createLogger(config.logLevel))
if (config.bundlePath === null) throw new Error('WORKFLOW_BUNDLE is missing')
const activities = bareActivities(openDatabase(config.databaseUrl, config.databaseConnections))
const workers = await createWorkers(
  config,
  await NativeConnection.connect(config.temporal.connection),
  { codePath: config.bundlePath },
  activities as unknown as Activities,
)
process.stdout.write('ready\n')
await Promise.all(workers.map((worker) => worker.run()))
