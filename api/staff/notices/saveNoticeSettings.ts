import { readNoticeSettings, writeNoticeSettings } from '../../../db/notices/noticeSettings.ts'
import { endpoint } from '../../endpoint.ts'
import { personOf } from './reader.ts'
import { noticeSettingsSchema } from './settingsSchema.ts'

export const saveNoticeSettings = endpoint({
  method: 'put',
  path: '/me/notification-settings',
  right: 'have_notices',
  about: 'self',
  summary: 'Say what you are told of, and how',
  description: 'It holds for what happens from now on, in this practice.',
  body: noticeSettingsSchema.meta({
    example: { clients: 'managed', inApp: ['bank_connected', 'declined'], email: ['declined'], digest: ['expired'] },
  }),
  answer: { status: 200, description: 'As it then stands.', schema: noticeSettingsSchema },
  handle: async ({ db }, { caller, body }) => {
    const saved = await db.inPractice(caller.practiceId, async (tx) => {
      await writeNoticeSettings(tx, personOf(caller), body)
      return readNoticeSettings(tx, personOf(caller))
    })
    return { body: saved }
  },
})
