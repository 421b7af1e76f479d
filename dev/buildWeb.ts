import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'
import './apiTypes.ts'

// `npm run build:web`: builds the staff app into the given folder and stores a compressed copy of every file, so that
// no request waits for compression.

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
