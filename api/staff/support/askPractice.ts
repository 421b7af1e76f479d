import { z } from 'zod'
import { askForAccess } from '../../../commands/support/askForAccess.ts'
import { readColleagues } from '../../../db/people/members.ts'
import { readPractice } from '../../../db/practices.ts'
import { ASKED_HOURS } from '../../../domain/practice/support.ts'
import { inMails } from '../../../messages/compose/brand.ts'
import { endpoint } from '../../endpoint.ts'
import { supportNotAllowed } from '../../support.ts'
import { colleagueText } from '../texts.ts'
import { demandSupportPractice } from './getSupportPractice.ts'
import { practiceParams, supportPracticeOf, supportPracticeSchema } from './schema.ts'

export const askPractice = endpoint({
  method: 'post',
  path: '/support/practices/{id}/access',
  writes: 'in_steps',
  right: 'help_practices',
  about: 'support',
  summary: 'Ask a practice to let support in',
  description: `For ${ASKED_HOURS} hours from when one of its admins says yes. They are told by mail, once until they answer.`,
  params: practiceParams,
  answer: {
    status: 200,
    description: 'How the practice stands to support, and who was told.',
    schema: supportPracticeSchema.extend({ admins: z.array(z.object({ name: colleagueText })) }),
  },
  handle: async (deps, { caller, params }) => {
    const { db, identity, publicUrl } = deps
    const { practiceId, name: named } = await demandSupportPractice(deps, caller, params.id)
    const asker = caller.staff?.name ?? 'Embark'
    const { asked, admins, practice } = await db.inPractice(practiceId, async (tx) => ({
      asked: await askForAccess(tx, caller, caller.staff?.userId ?? '', Date.now()),
      admins: (await readColleagues(tx)).filter(({ role }) => role === 'practice_admin'),
      practice: await readPractice(tx),
    }))
    const stands = await demandSupportPractice(deps, caller, params.id)
    if (asked.result === 'never') throw supportNotAllowed(stands)
    if (asked.result === 'asked') {
      for (const { email } of admins) {
        identity.mail({
          mail: 'support-asks',
          email,
          actionUrl: `${publicUrl}/settings/support-access?asked=${asked.ask.id}`,
          practice: inMails({ ...practice, name: named }, publicUrl),
          asker,
          hours: ASKED_HOURS,
        })
      }
    }
    return { body: { ...supportPracticeOf(stands), admins: admins.map(({ name }) => ({ name })) } }
  },
  problems: { 403: ['support_not_allowed'] },
})
