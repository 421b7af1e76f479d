import { z } from 'zod'
import { NOTICE_CLIENTS, NOTICE_KINDS } from '../../../domain/practice/notices.ts'

const kinds = z
  .array(z.enum(NOTICE_KINDS))
  .max(NOTICE_KINDS.length)
  .transform((given) => NOTICE_KINDS.filter((kind) => given.includes(kind)))
  .pipe(z.array(z.enum(NOTICE_KINDS)))

/** A person's subscriptions to notices, by channel. */
export const noticeSettingsSchema = z
  .strictObject({
    clients: z
      .enum(NOTICE_CLIENTS)
      .meta({ description: 'Those you manage (admins: also those nobody manages), or all that you may see.' }),
    inApp: kinds,
    email: kinds.meta({ description: 'Mailed at once.' }),
    digest: kinds.meta({ description: 'Named in the mail of the next morning; without any, none comes.' }),
  })
  .meta({ id: 'NotificationSettings' })
