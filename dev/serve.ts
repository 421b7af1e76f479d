import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { keptServers, SERVERS } from './built/servers.ts'

// `npm run api`, `npm run worker`, `npm run sandbox`: starts the process from its bundle, which is built first when the
// sources have changed. Node's compile cache is kept beside it, if the folder is writable. `npm run build:servers`
// builds and starts nothing.

const FLUSH_AFTER_MS = 10_000

const [server] = process.argv.slice(2)
const folder = await keptServers()
if (server !== 'build') {
  if (!SERVERS.some((one) => one === server)) throw new Error(`no such process: ${server}`)
  process.setSourceMapsEnabled(true)
  enableCompileCache(join(folder, 'compiled'))
  // Node writes the cache when the process ends; a killed process would leave none for the next.
  setTimeout(flushCompileCache, FLUSH_AFTER_MS).unref()
  await import(pathToFileURL(join(folder, `${server}.js`)).href)
}
