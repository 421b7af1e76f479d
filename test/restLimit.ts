import type postgres from 'postgres'

/** Runs `work` while the database ends each new connection of the api that rests for 300 ms within a transaction. */
export async function withRestLimit<T>(owner: postgres.Sql, work: () => Promise<T>): Promise<T> {
  const alter = (is: string) =>
    owner.unsafe(`DO $$ BEGIN EXECUTE format('ALTER ROLE embark_api IN DATABASE %I ${is}', current_database()); END $$`)
  await alter(`SET idle_in_transaction_session_timeout = ''300ms''`)
  try {
    return await work()
  } finally {
    await alter('RESET idle_in_transaction_session_timeout')
  }
}
