import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { rolePassword, templateName } from './stack.ts'

/** A migrated database of its own for one test file: a connection string per role, and `drop`. */
export type TestDatabase = {
  ownerUrl: string
  apiUrl: string
  workerUrl: string
  authUrl: string
  drop: () => Promise<void>
}

/** Copies the migrated template (tens of milliseconds). Call `drop` at the end; it cuts open connections. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('EMBARK_TEST_PG_URL')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const onServer = async (run: (sql: postgres.Sql) => Promise<unknown>) => {
    const sql = postgres(serverUrl, { max: 1, onnotice: () => undefined })
    try {
      await run(sql)
    } finally {
      await sql.end()
    }
  }
  await onServer((sql) => sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(templateName)} STRATEGY FILE_COPY`)
  const as = (user?: string) => {
    const url = new URL(serverUrl)
    url.pathname = `/${name}`
    if (user) {
      url.username = user
      url.password = rolePassword
    }
    return url.href
  }
  return {
    ownerUrl: as(),
    apiUrl: as('embark_api'),
    workerUrl: as('embark_worker'),
    authUrl: as('embark_auth'),
    drop: () => onServer((sql) => sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`),
  }
}
