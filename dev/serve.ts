import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { keptServers, SERVERS } from './built/servers.ts'

// `npm run api`, `npm run worker`, `npm run sandbox`: starts the process from its bundle, which is built first when the
// sources have changed. What the engine of JavaScript has compiled is kept beside it, where that may be written.
// `npm run build:servers` builds and starts nothing.

const FLUSH_AFTER_MS = 10_000

const [server] = process.argv.slice(2)
const folder = await keptServers()
if (server !== 'build') {
  if (!SERVERS.some((one) => one === server)) throw new Error(`no such process: ${server}`)
  process.setSourceMapsEnabled(true)
  enableCompileCache(join(folder, 'compiled'))
  // It is written when the process ends, but one that is killed would leave nothing to the next.
  setTimeout(flushCompileCache, FLUSH_AFTER_MS).unref()
  await import(pathToFileURL(join(folder, `${server}.js`)).href)
}
