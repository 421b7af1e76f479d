import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { addressesOf, environmentsOf } from '../../dev/stack/environment.ts'
import { type Home, passwordOfEach } from '../../dev/stack/home.ts'
import { readConfig } from '../../worker/config.ts'

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const compose = read('docker-compose.yml')
const variables = Object.fromEntries(
  [...read('sandbox.env').matchAll(/^([A-Z_]+)="?(.*?)"?$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
)

const ports = { api: 1, sandbox: 4311, temporalUi: 1, temporal: 1, postgres: 1, worker: 1, web: 1 }
const staffPasswords = passwordOfEach(() => '')
const passwords = { ownerPassword: '', apiPassword: '', workerPassword: '', authPassword: '', staffPasswords }
const secrets = { linkKeys: '', sealKeys: '', authSecrets: '', demoKey: '', ...passwords }
const home: Home = { folder: '/tmp', ports, secrets, path: (name) => `/tmp/${name}` }
const temporal = { address: 'temporal:7233', uiUrl: null, pid: null }
const embedded: Record<string, string> = environmentsOf(home, addressesOf(home, 'postgres://a@b/c', temporal)).api

test('sandbox.env holds exactly what the embedded stack tells the providers', () => {
  const own = Object.keys(embedded).filter((name) =>
    /^(EMAIL|RESEND|TWILIO|TRUELAYER|XERO|PWNED|COMPANIES_HOUSE)_/.test(name),
  )
  expect(Object.keys(variables).sort()).toEqual([...own, 'PUBLIC_URL'].sort())
  for (const name of own.filter((one) => one in variables)) {
    expect(variables[name]?.replace('sandbox.localhost', '127.0.0.1'), name).toBe(embedded[name])
  }
})

test('the compose file passes every variable on, and its commands are npm scripts', () => {
  for (const name of Object.keys(embedded).filter((one) => !['NODE_ENV', 'PORT', 'DATABASE_URL'].includes(one))) {
    expect(compose, name).toMatch(new RegExp(`^ +${name}:`, 'm'))
  }
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const run = [...compose.matchAll(/npm,? run,? ([a-z:]+)/g)].map(([, name]) => name ?? '')
  expect([...new Set(run)].sort()).toEqual(['api', 'migrate', 'roles', 'sandbox', 'sandbox:setup', 'worker'])
  for (const name of run) expect(scripts).toHaveProperty(name)
})

test('every variable that the api or a worker reads is told, and can be set for the containers', () => {
  const lists = globSync('providers/{bank,ledger}/*.ts', { cwd: fileURLToPath(new URL('../..', import.meta.url)) })
  const sources = [
    'api/config.ts',
    'worker/config.ts',
    'commands/configuration.ts',
    'providers/configured.ts',
    ...lists,
  ]
    .map(read)
    .join('\n')
  const names = [...sources.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name ?? '')
  expect(names.length).toBeGreaterThan(40)
  const [documented, containers] = [read('docs/running.md'), `${compose}\n${read('Dockerfile')}`]
  for (const name of names) {
    // Of several names with the same beginning only the first is written out.
    const ends = name.split('_').map((_, i, words) => `\`…_${words.slice(i).join('_')}\``)
    expect(
      [`\`${name}\``, ...ends].some((one) => documented.includes(one)),
      `${name} is told`,
    ).toBe(true)
    expect(containers, `${name} can be set`).toMatch(new RegExp(`^ +${name}:|^ENV ${name}=`, 'm'))
  }
})

test('a worker takes the variables of the embedded stack and of sandbox.env', () => {
  const key = `k1:${Buffer.alloc(32).toString('base64')}`
  const database = { DATABASE_URL: 'postgres://embark_worker:b@postgres:5432/embark', LINK_KEYS: key, SEAL_KEYS: key }
  const engine = { TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'default' }
  expect(readConfig({ ...embedded, ...engine, ...database }).publicUrl).toBe('http://127.0.0.1:1')
  expect(readConfig({ ...embedded, ...variables, ...engine, ...database }).publicUrl).toBe(variables.PUBLIC_URL)
})

/** The services of the compose file, each as its text. */
const services = Object.fromEntries(
  (/^services:\n(.*?)^networks:/ms.exec(compose)?.[1] ?? '')
    .split(/^(?= {2}[a-z][a-z-]*:\n)/m)
    .map((text) => [/^ {2}([a-z-]+):\n/m.exec(text)?.[1] ?? '', text] as const)
    .filter(([name]) => name !== ''),
)

test('containers drop their capabilities and gain no privileges', () => {
  expect(Object.keys(services).length).toBeGreaterThan(8)
  expect(compose).toMatch(/^x-safe: &safe\n {2}cap_drop: \[ALL\]\n {2}security_opt: \["no-new-privileges:true"\]\n/m)
  expect(compose).toMatch(/^x-ours: &ours\n {2}<<: \*safe\n/m)
  for (const [name, text] of Object.entries(services)) expect(text, name).toMatch(/^ {4}<<: \*(safe|ours)\n/m)
  expect(Object.keys(services).filter((name) => services[name]?.includes('cap_add'))).toEqual(['postgres'])
  expect(compose).not.toMatch(/privileged:|network_mode:/)
})

test('the engine has a database role and a network of its own', () => {
  expect(compose).toMatch(/^networks:\n(.*\n)? {2}inner:\n {4}internal: true\n/m)
  const inside = ['postgres', 'temporal-databases', 'temporal-schema', 'temporal', 'temporal-namespace', 'migrate']
  for (const name of inside) {
    expect(services[name], name).toMatch(/^ {4}networks: \[inner\]\n/m)
    expect(services[name], name).not.toContain('ports:')
  }
  for (const name of ['temporal', 'temporal-schema', 'temporal-namespace']) {
    expect(services[name], name).not.toMatch(/embark_owner|POSTGRES_PASSWORD/)
  }
  expect(compose).toMatch(/^ {2}POSTGRES_USER: temporal\n {2}POSTGRES_PWD: \$\{TEMPORAL_PASSWORD:\?\}\n/m)
})
