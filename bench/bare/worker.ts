import { NativeConnection } from '@temporalio/worker'
import type { Activities } from '../../activities/createActivities.ts'
import { openDatabase } from '../../db/client.ts'
import { readConfig } from '../../worker/config.ts'
import { createLogger, installRuntime } from '../../worker/log.ts'
import { createWorkers } from '../../worker/worker.ts'
import { bareActivities } from './activities.ts'

// The process of the bare workflow's worker, with the environment and settings of Embark's worker. Prints "ready".
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
