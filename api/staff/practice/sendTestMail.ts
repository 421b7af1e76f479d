import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { noteTestMail } from '../../../db/practices.ts'
import { countHit } from '../../../db/rateLimit.ts'
import { HOUR_MS } from '../../../domain/situation.ts'
import { renderMail } from '../../../messages/templates/render.tsx'
import { senderOf } from '../../../messages/templates/sender.ts'
import { endpoint } from '../../endpoint.ts'
import { idOf } from '../../once.ts'
import { Problem, validationProblem } from '../../problem.ts'
import { rateLimited } from '../limitRate.ts'
import { colleagueEmailText } from '../texts.ts'
import { previewBody, readPreviewSource } from './previewSource.ts'
import { mailOf } from './previewViews.ts'

/** The most test mails of one person in an hour. */
const MOST_TESTS = 10

export const sendTestMail = endpoint({
  method: 'post',
  path: '/practice/test-mail',
  writes: 'in_steps',
  right: 'manage_settings',
  about: 'practice',
  summary: 'Send yourself a test',
  description: `The mail as a client would get it, to your own address, at most ${MOST_TESTS} times an hour. Its subject says that it is a test, and its links open nothing.`,
  body: previewBody.meta({ example: { kind: 'invitation' } }),
  answer: { status: 202, description: 'It is on its way.', schema: z.object({ to: colleagueEmailText }) },
  problems: {
    404: ['not_found'],
    428: ['reason_required'],
    429: ['rate_limited'],
    503: ['provider_unavailable'],
  },
  handle: async (deps, { caller, body, idempotency }) => {
    const { staff } = caller
    if (staff === null) {
      const message = 'A test goes to a person: sign in to send one.'
      throw validationProblem([{ field: 'kind', code: 'needs_person', message }])
    }
    const { hits, resetsAt } = await countHit(deps.db, `test-mail:${staff.userId}`, HOUR_MS)
    if (hits > MOST_TESTS) throw rateLimited(resetsAt)
    const source = await readPreviewSource(deps, caller, { ...body, form: 'mail', choices: {} })
    const { name, senderName, replyTo, notificationEmail } = source.client.context.practice
    const { subject, ...rendered } = renderMail(mailOf(body.kind, source))
    // Of a request with a key it is the same at every repeat, so that the provider takes the mail once.
    const messageId = idempotency ? idOf(caller.practiceId, idempotency) : randomUUID()
    const sent = await deps.email.send(
      {
        from: senderOf(senderName ?? name, deps.emailFrom),
        to: staff.email,
        replyTo: replyTo ?? notificationEmail,
        subject: `Test: ${subject}`,
        ...rendered,
        messageId,
      },
      messageId,
    )
    if (sent.outcome !== 'accepted') {
      throw new Problem(503, 'provider_unavailable', 'The test could not be sent just now. Try again in a minute.', {
        headers: { 'Retry-After': '60' },
      })
    }
    await deps.db.inPractice(caller.practiceId, noteTestMail)
    return { body: { to: staff.email } }
  },
})
