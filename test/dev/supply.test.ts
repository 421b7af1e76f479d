import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

type Locked = {
  version: string
  integrity?: string
  resolved?: string
  dev?: boolean
  optionalDependencies?: Record<string, string>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, Locked> }
const packages = Object.entries(lock.packages).filter(([path]) => path !== '')
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

test('every locked package has its integrity and names no registry', () => {
  expect(packages.length).toBeGreaterThan(500)
  expect(packages.filter(([, entry]) => !entry.integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([])
  expect(packages.filter(([, entry]) => entry.resolved).map(([path]) => path)).toEqual([])
})

// On another platform `npm ci` refuses a lock file that lacks its packages.
test('the lock holds the packages of every platform', () => {
  const missing = packages.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`])
      .map((name) => `${name} of ${nameOf(path)}`),
  )
  expect(missing).toEqual([])
})

test('an installation for production brings no Node of its own', () => {
  expect(lock.packages['node_modules/node']?.dev).toBe(true)
})

test('`npm run sbom` names every locked package with its version and hash', () => {
  execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: root })
  const sbom = JSON.parse(readFileSync(`${root}dist/sbom.json`, 'utf8')) as {
    bomFormat: string
    components: { name: string; version: string; hashes?: { content: string }[] }[]
  }
  expect(sbom.bomFormat).toBe('CycloneDX')
  expect(sbom.components.filter((component) => !component.hashes?.length)).toEqual([])
  const named = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`))
  expect([...named].sort()).toEqual(
    [...new Set(packages.map(([path, { version }]) => `${nameOf(path)}@${version}`))].sort(),
  )
})
