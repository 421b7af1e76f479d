import { CompiledQuery, type DatabaseConnection } from 'kysely'
import { PostgresJSDialect, PostgresJSDriver } from 'kysely-postgres-js'
import type { IdentityDatabase } from '../../db/people/identity.ts'

/**
 * A driver whose failed ROLLBACK throws its own error. kysely's driver marks the connection first, which the
 * connections of kysely-postgres-js (5.0.0) do not know: the TypeError would hide that the connection was lost.
 */
class Driver extends PostgresJSDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
}

/** The dialect with which the sign-in library uses our pool of connections. */
export class IdentityDialect extends PostgresJSDialect {
  readonly #postgres: IdentityDatabase['sql']

  constructor({ sql }: IdentityDatabase) {
    super({ postgres: sql })
    this.#postgres = sql
  }

  override createDriver(): PostgresJSDriver {
    return new Driver({ postgres: this.#postgres })
  }
}
