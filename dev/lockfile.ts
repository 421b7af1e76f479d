import { readFileSync, writeFileSync } from 'node:fs'

// A registry that carries only some platforms leaves the others' packages out of package-lock.json, and `npm ci` then
// refuses the file. This puts them back, as `npm install` against a whole registry would have.

type Locked = {
  version: string
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64']

/** The entry of a platform package, read from its name, such as `@biomejs/cli-linux-x64-musl`; null for other names. */
function platformEntry(name: string, version: string): Locked | null {
  const words = name.split(/[-/]/)
  const os = words.find((word) => systems.includes(word))
  const cpu = words.find((word) => processors.includes(word))
  if (!os || !cpu || !/^\d/.test(version)) return null
  const entry: Locked = { version, optional: true, os: [os], cpu: [cpu] }
  if (os === 'linux' && words.some((word) => word.startsWith('musl'))) entry.libc = ['musl']
  if (os === 'linux' && words.some((word) => word.startsWith('gnu'))) entry.libc = ['glibc']
  return entry
}

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> }
const added: Record<string, Locked> = {}
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`]
    if (places.some((place) => lock.packages[place])) continue
    const entry = platformEntry(name, range.replace(/^[\^~]/, ''))
    if (entry) added[`node_modules/${name}`] = parent.dev ? { ...entry, dev: true } : entry
  }
}
const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`)
console.log(`package-lock.json: ${Object.keys(added).length} platform packages added`)
