import { readNoticeSettings } from '../../../db/notices/noticeSettings.ts'
import { endpoint } from '../../endpoint.ts'
import { personOf } from './reader.ts'
import { noticeSettingsSchema } from './settingsSchema.ts'

export const getNoticeSettings = endpoint({
  method: 'get',
  path: '/me/notification-settings',
  right: 'have_notices',
  about: 'self',
  summary: 'What you are told of, and how',
  answer: { status: 200, description: 'In this practice.', schema: noticeSettingsSchema },
  handle: async ({ db }, { caller }) => ({
    body: await db.inPractice(caller.practiceId, (tx) => readNoticeSettings(tx, personOf(caller))),
  }),
})
