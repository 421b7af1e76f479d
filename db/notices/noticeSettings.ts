import { DEFAULT_NOTICES, type NoticeSettings } from '../../domain/practice/notices.ts'
import type { Tx } from '../client.ts'

/** Returns a colleague's notice settings, or the default ones. */
export async function readNoticeSettings(tx: Tx, personId: string): Promise<NoticeSettings> {
  const [row] = await tx<NoticeSettings[]>`
    SELECT clients, in_app AS "inApp", email, digest FROM notice_settings WHERE person_id = ${personId}`
  return row ?? DEFAULT_NOTICES
}

/** Writes a colleague's notice settings; the last writer wins. */
export async function writeNoticeSettings(tx: Tx, personId: string, settings: NoticeSettings): Promise<void> {
  const { clients, inApp, email, digest } = settings
  await tx`
    INSERT INTO notice_settings (practice_id, person_id, clients, in_app, email, digest)
    VALUES (current_practice(), ${personId}, ${clients}, ${inApp}, ${email}, ${digest})
    ON CONFLICT (practice_id, person_id) DO UPDATE
      SET clients = excluded.clients, in_app = excluded.in_app, email = excluded.email, digest = excluded.digest`
}
