import { z } from 'zod'
import { forgetLogos, keepLogo } from '../../../db/logos.ts'
import { insertAudit } from '../../../db/people/audit.ts'
import { lockChoices, readPractice } from '../../../db/practices.ts'
import { endpoint } from '../../endpoint.ts'
import { drawPicture } from '../../pictures/drawPicture.ts'
import { validationProblem } from '../../problem.ts'
import { rateLimited } from '../limitRate.ts'
import { etagOf } from '../versions.ts'
import { practiceOf, practiceSchema } from './schema.ts'

/** The largest upload in bytes; the stored picture is far smaller. */
const MOST_BYTES = 1024 * 1024
/** Twice the displayed size, for high-resolution screens; small, so that a client's page stays under 30 kB with it. */
const FRAME = { width: 480, height: 64, mostBytes: 6 * 1024 }
/** The time after which another picture may be sent while one is being drawn. */
const AGAIN_MS = 4_000
/** The largest body, with the picture in base64. */
export const LOGO_BODY = '1500kb'

const WRONG = {
  not_an_image: 'Choose a PNG or SVG file.',
  too_large: 'Choose a file of 1 MB or smaller.',
  too_slow: 'This picture takes too long to draw. Choose a simpler one.',
  too_detailed: 'This picture doesn’t get small enough for a page. Choose a simpler one.',
}

const wrong = (code: keyof typeof WRONG) => validationProblem([{ field: 'file', code, message: WRONG[code] }])

export const changeLogo = endpoint({
  method: 'put',
  path: '/practice/logo',
  right: 'manage_settings',
  about: 'practice',
  summary: 'Show a logo to clients',
  description:
    'A PNG or SVG of at most 1 MB, drawn anew as a PNG of at most 6 kB. It stands in the head of pages and mails, with the practice’s name for those who can’t see it.',
  body: z.strictObject({ file: z.base64().meta({ description: 'The file’s bytes.' }) }).meta({
    example: { file: 'iVBORw0KGgo=' },
  }),
  answer: { status: 200, description: 'The practice as it then stands.', schema: practiceSchema, headers: ['ETag'] },
  handle: async ({ db }, { caller, body }) => {
    const file = Buffer.from(body.file, 'base64')
    if (file.length > MOST_BYTES) throw wrong('too_large')
    const drawn = await drawPicture(caller.practiceId, file, FRAME)
    if (!drawn.ok) throw drawn.code === 'busy' ? rateLimited(Date.now() + AGAIN_MS) : wrong(drawn.code)
    const practice = await db.inPractice(caller.practiceId, async (tx) => {
      await lockChoices(tx)
      await keepLogo(tx, caller.practiceId, drawn.png)
      await insertAudit(tx, caller, { kind: 'settings_changed', subjectId: null, data: { fields: ['logo'] } })
      return readPractice(tx)
    })
    return { body: practiceOf(practice), etag: etagOf(practice.version) }
  },
})

export const removeLogo = endpoint({
  method: 'delete',
  path: '/practice/logo',
  right: 'manage_settings',
  about: 'practice',
  summary: 'Show no logo any more',
  description: 'Mails that left show the practice’s name in its place, too.',
  answer: { status: 200, description: 'The practice as it then stands.', schema: practiceSchema, headers: ['ETag'] },
  handle: async ({ db }, { caller }) => {
    const practice = await db.inPractice(caller.practiceId, async (tx) => {
      await lockChoices(tx)
      if (await forgetLogos(tx)) {
        await insertAudit(tx, caller, { kind: 'settings_changed', subjectId: null, data: { fields: ['logo'] } })
      }
      return readPractice(tx)
    })
    return { body: practiceOf(practice), etag: etagOf(practice.version) }
  },
})
