import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

/**
 * Packages that workflow code must not contain: every cached workflow pays for them again, and a calendar whose zones
 * change would let a replay differ.
 */
const UNWANTED = ['zod', 'postgres', 'pino', 'temporal-polyfill']

/** Returns the workflow code as one script. Throws if it imports Node's modules or an unwanted package. */
export async function bundleWorkflows(source = new URL('../workflows/index.ts', import.meta.url)): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(source),
    logger: new DefaultLogger('ERROR'),
  })
  const found = UNWANTED.filter((name) => code.includes(`node_modules/${name}/`))
  if (found.length > 0) throw new Error(`the workflow code reaches for ${found.join(', ')}`)
  return code
}

/** Writes the bundle to a file and returns its size in bytes, including the inline source map. */
export async function buildBundle(outFile: string): Promise<number> {
  const code = await bundleWorkflows()
  writeFileSync(outFile, code)
  const bytes = Buffer.byteLength(code)
  process.stdout.write(`${outFile}: ${Math.round(bytes / 1024)} kB\n`)
  return bytes
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [outFile] = process.argv.slice(2)
  if (!outFile) throw new Error('the file to write is missing')
  await buildBundle(outFile)
}
