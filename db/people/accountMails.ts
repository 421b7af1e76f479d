import { MESSAGE_STATES, type MessageState } from '../../domain/messageFacts.ts'
import { advances } from '../../domain/messages.ts'
import type { AccountMailKind, AccountMailState } from '../../domain/practice/accountMails.ts'
import type { Database } from '../client.ts'

/** Records that a mail about a sign-in is being sent, once for all its attempts. */
export async function noteAccountMail(
  { sql }: Database,
  { id, addressSha256, mail }: { id: string; addressSha256: Buffer; mail: AccountMailKind },
): Promise<void> {
  await sql`INSERT INTO account_mail (id, address_sha256, mail) VALUES (${id}, ${addressSha256}, ${mail})
    ON CONFLICT (id) DO NOTHING`
}

/** Moves such a mail to a later state. False if nothing changed: another message, or an older report. */
export async function moveAccountMail(
  { sql }: Database,
  id: string,
  to: AccountMailState,
  reason: string | null,
): Promise<boolean> {
  const before: MessageState[] = MESSAGE_STATES.filter((state) => advances(state, to))
  const rows = await sql`
    UPDATE account_mail SET state = ${to}, reason = ${reason}, state_at = clock_timestamp()
    WHERE id = ${id} AND state = ANY (${before}::text[])`
  return rows.count === 1
}

/** A mail about a sign-in. Instants in ms. */
export type AccountMailRow = {
  mail: AccountMailKind
  state: AccountMailState
  reason: string | null
  at: number
}

/** Returns the mails about sign-ins to an address, newest first. */
export async function readAccountMails({ sql }: Database, addressSha256: Buffer, atMost: number) {
  return sql<AccountMailRow[]>`
    SELECT mail, state, reason, epoch_ms(created_at) AS at FROM account_mail
    WHERE address_sha256 = ${addressSha256} ORDER BY created_at DESC LIMIT ${atMost}`
}

/** Deletes older mails about sign-ins. Returns their number. */
export async function clearAccountMails({ sql }: Database, olderThanMs: number): Promise<number> {
  const rows = await sql`
    DELETE FROM account_mail WHERE created_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`
  return rows.count
}
