import { z } from 'zod'
import { ProviderFailure } from '../failure.ts'
import { exchangeWith, restClient } from '../rest.ts'
import type { Mail, Turn } from './email.ts'
import { instantOf } from './resendTime.ts'

const MAILS_PER_PAGE = 100
/** The most pages that are searched; mails behind them are not found. */
const MOST_PAGES = 10

const strings = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat())
const tagsSchema = z
  .union([z.array(z.object({ name: z.string(), value: z.string() })), z.record(z.string(), z.string())])
  .transform((tags) => (Array.isArray(tags) ? Object.fromEntries(tags.map(({ name, value }) => [name, value])) : tags))
const mailSchema = z.object({
  id: z.string().min(1),
  to: strings,
  subject: z.string(),
  created_at: z.string(),
  tags: tagsSchema.nullish(),
})
const listSchema = z.object({ has_more: z.boolean().default(false), data: z.array(mailSchema) })

type Listed = z.infer<typeof mailSchema>

/**
 * Searches for a mail among those sent since `since` (ms since 1970): by our tag, or by recipient and subject when the
 * provider returns no tags. `cannot_look`: the key may not read, the provider does not answer, or there are more mails
 * than we search. `no_turn`: other requests went first.
 */
export async function findSentMail(
  { baseUrl, readKey, turn }: { baseUrl: string; readKey: string; turn: Turn },
  mail: Mail,
  since: number,
): Promise<{ id: string } | 'absent' | 'cannot_look' | 'no_turn'> {
  const api = restClient(baseUrl).extend({ headers: { authorization: `Bearer ${readKey}`, 'user-agent': 'embark' } })
  const read = <T>(path: string, schema: z.ZodType<T>) =>
    exchangeWith(
      { name: 'resend', label: 'Resend' },
      () => null,
      () => api.get(path).json(schema),
    )
  try {
    let after = ''
    for (let page = 0; page < MOST_PAGES; page += 1) {
      if (!(await turn())) return 'no_turn'
      const { data, has_more } = await read(`emails?limit=${MAILS_PER_PAGE}${after}`, listSchema)
      for (const listed of data.filter((one) => isAlike(one, mail))) {
        if (!listed.tags && !(await turn())) return 'no_turn'
        const { tags } = listed.tags ? listed : await read(`emails/${encodeURIComponent(listed.id)}`, mailSchema)
        if (!tags?.message_id || tags.message_id === mail.messageId) return { id: listed.id }
      }
      const last = data.at(-1)
      const oldest = last && instantOf(last.created_at)
      if (!has_more || !last || (oldest && oldest.getTime() < since)) return 'absent'
      after = `&after=${encodeURIComponent(last.id)}`
    }
    return 'cannot_look'
  } catch (error) {
    if (error instanceof ProviderFailure) return 'cannot_look'
    throw error
  }
}

const isAlike = ({ to, subject }: Listed, mail: Mail): boolean => subject === mail.subject && to.includes(mail.to)
