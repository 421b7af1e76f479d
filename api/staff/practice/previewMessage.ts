import { z } from 'zod'
import type { PreviewForm, PreviewKind } from '../../../domain/practice/previews.ts'
import { renderMail } from '../../../messages/templates/render.tsx'
import { senderOf } from '../../../messages/templates/sender.ts'
import { renderText } from '../../../messages/templates/texts.ts'
import { renderClientPage } from '../../../pages/client/render.tsx'
import type { Dependencies } from '../../dependencies.ts'
import { endpoint } from '../../endpoint.ts'
import { formBody, type PreviewSource, readPreviewSource } from './previewSource.ts'
import { hasPage, hasText, mailOf, pageOf, textOf } from './previewViews.ts'

export const previewSchema = z.object({
  subject: z.string().nullable(),
  from: z.string().nullable(),
  replyTo: z.string().nullable(),
  html: z.string().nullable(),
  text: z.string().nullable(),
})

export const previewMessage = endpoint({
  method: 'post',
  path: '/practice/preview',
  writes: 'nothing',
  right: 'manage_settings',
  about: 'practice',
  summary: 'What a client gets',
  description:
    'A page, mail or text exactly as it would be sent, of one of your clients or of one made up, in your choices or in those given. Nothing is sent or kept, and its links open nothing.',
  body: formBody,
  answer: {
    status: 200,
    description: 'Of a page the document, of a mail everything that arrives, of a text its words.',
    schema: previewSchema,
  },
  problems: { 404: ['not_found'], 428: ['reason_required'] },
  handle: async (deps, { caller, body }) => ({
    body: await previewOf(deps, body, await readPreviewSource(deps, caller, body)),
  }),
})

/** Renders a client's message in one form, exactly as it would be sent, from `source`. */
export async function previewOf(
  { emailFrom }: Pick<Dependencies, 'emailFrom'>,
  { kind, form }: { kind: PreviewKind; form: PreviewForm },
  source: PreviewSource,
): Promise<z.infer<typeof previewSchema>> {
  const nothing = { subject: null, from: null, replyTo: null, html: null, text: null }
  if (form === 'page' && hasPage(kind)) return { ...nothing, html: renderClientPage(pageOf(kind, source)).html }
  if (form === 'text' && hasText(kind)) return { ...nothing, text: renderText(textOf(kind, source)) }
  const { name, senderName, replyTo, notificationEmail } = source.client.context.practice
  return {
    from: senderOf(senderName ?? name, emailFrom),
    replyTo: replyTo ?? notificationEmail,
    ...renderMail(mailOf(kind, source)),
  }
}
