import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'
import './apiTypes.ts'

// `npm run build:web`: the staff app, built into the folder given, with every file compressed beside itself so that
// nothing is compressed while somebody waits.

const [given] = process.argv.slice(2)
if (!given) throw new Error('the folder to build into is missing')
const outDir = resolve(given)
await build({
  configFile: fileURLToPath(new URL('../web/vite.config.ts', import.meta.url)),
  build: { outDir, emptyOutDir: true },
  logLevel: 'warn',
})
const assets = join(outDir, 'assets')
for (const name of readdirSync(assets)) {
  const file = join(assets, name)
  const bytes = readFileSync(file)
  const brotli = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, brotli))
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
}
