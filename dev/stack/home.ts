import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { makeApiKey } from '../../commands/apiKeys.ts'
import { ROLES, type Role } from '../../domain/rights.ts'

import { freePort } from './ports.ts'

/** The loopback ports of a stack, chosen once and then kept, because sent links contain them. */
export type Ports = z.infer<typeof portsSchema>

/** The secrets that a stack generated on its first start; none is used elsewhere. */
export type Secrets = z.infer<typeof secretsSchema>

/** A folder with the whole state of one embedded stack. */
export type Home = { folder: string; ports: Ports; secrets: Secrets; path: (name: string) => string }

const port = z.number().int().min(1).max(65_535)
/** The default for a port that an older state folder does not have. */
const webPort = 4316
const portsSchema = z.object({
  api: port,
  sandbox: port,
  temporalUi: port,
  temporal: port,
  postgres: port,
  worker: port,
  web: port.default(webPort),
})
const secretsSchema = z.object({
  linkKeys: z.string(),
  sealKeys: z.string(),
  ownerPassword: z.string(),
  apiPassword: z.string(),
  workerPassword: z.string(),
  authPassword: z.string(),
  authSecrets: z.string(),
  demoKey: z.string(),
  /** Passwords of the demo staff, by role. */
  staffPasswords: z.record(z.enum(ROLES), z.string()),
})

const preferredPorts: Ports = {
  api: 4310,
  sandbox: 4311,
  temporalUi: 4312,
  temporal: 4313,
  postgres: 4314,
  worker: 4315,
  web: webPort,
}

/** Writes a file atomically. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
  const half = `${file}.${process.pid}`
  writeFileSync(half, text, { mode })
  renameSync(half, file)
}

async function choosePorts(): Promise<Ports> {
  const chosen: Record<string, number> = {}
  for (const [name, preferred] of Object.entries(preferredPorts)) {
    let candidate = await freePort(preferred)
    while (Object.values(chosen).includes(candidate)) candidate = await freePort()
    chosen[name] = candidate
  }
  return portsSchema.parse(chosen)
}

/** Returns a password of the demo staff for each role. */
export const passwordOfEach = (password: () => string): Record<Role, string> =>
  Object.fromEntries(ROLES.map((role) => [role, password()])) as Record<Role, string>

function makeSecrets(): Secrets {
  const key = () => `k1:${randomBytes(32).toString('base64')}`
  const password = () => randomBytes(18).toString('hex')
  return {
    linkKeys: key(),
    sealKeys: key(),
    ownerPassword: password(),
    apiPassword: password(),
    workerPassword: password(),
    authPassword: password(),
    authSecrets: `1:${randomBytes(32).toString('base64')}`,
    demoKey: makeApiKey(),
    staffPasswords: passwordOfEach(password),
  }
}

/** Adds the values that an earlier version did not know, at any depth; existing values stay. */
function addedTo(made: object, kept: unknown): object {
  const both = Object.entries({ ...made, ...(kept as object) }).map(([name, value]) => {
    const own: unknown = made[name as keyof typeof made]
    const isObject = [own, value].every((one) => typeof one === 'object' && one !== null)
    return [name, isObject ? addedTo(own as object, value) : value]
  })
  return Object.fromEntries(both)
}

async function keep<T extends object>(
  file: string,
  schema: z.ZodType<T>,
  make: () => T | Promise<T>,
  mode: number,
): Promise<T> {
  const write = (made: T) => writeWhole(file, `${JSON.stringify(made, null, 2)}\n`, mode)
  if (!existsSync(file)) {
    const made = await make()
    write(made)
    return made
  }
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const read = schema.safeParse(kept)
    if (read.success) return read.data
    const whole = schema.parse(addedTo(await make(), kept))
    write(whole)
    return whole
  } catch (cause) {
    throw new Error(`${file} cannot be read as what an earlier start wrote. Put it right, or delete the folder.`, {
      cause,
    })
  }
}

/** Returns the folder of EMBARK_HOME, else `.embark` in the working folder, as an absolute path; creates it. */
export function homeFolder(given = process.env.EMBARK_HOME): string {
  const folder = resolve(given || '.embark')
  mkdirSync(join(folder, 'logs'), { recursive: true })
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new Error(`${folder} belongs to another user. Start as that user, or set EMBARK_HOME to another folder.`, {
      cause,
    })
  }
  return folder
}

/** Opens the state folder: reads its ports and secrets, or creates them on the first start. */
export async function openHome(folder: string): Promise<Home> {
  const path = (name: string) => join(folder, name)
  const ports = await keep(path('ports.json'), portsSchema, choosePorts, 0o644)
  const secrets = await keep(path('secrets.json'), secretsSchema, makeSecrets, 0o600)
  return { folder, ports, secrets, path }
}
