import { credentials } from '../credentials.ts'
import { bareAddress } from '../messages.ts'
import { isRecord } from '../setup.ts'
import { ResendRefusal } from './failure.ts'

const ADDRESS = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/
const MOST_RECIPIENTS = 50
const MOST_ATTACHED_BYTES = 40 * 1024 * 1024

/** A mail that passed all checks. */
export type AcceptedMail = {
  from: string
  to: string[]
  cc: string[] | null
  bcc: string[] | null
  replyTo: string[] | null
  subject: string
  html: string | null
  text: string | null
  tags: { name: string; value: string }[] | null
  topicId: string | null
}

/** Checks one mail as Resend does. Throws ResendRefusal. */
export function readMail(payload: unknown): AcceptedMail {
  if (!isRecord(payload)) invalid('The email must be a JSON object.')
  const from = sender(payload.from)
  const to = addresses(payload, 'to') ?? missing('to')
  if (typeof payload.subject !== 'string') missing('subject')
  const content = contentOf(payload)
  attachments(payload.attachments)
  headers(payload.headers)
  const mail = {
    from,
    to,
    cc: addresses(payload, 'cc'),
    bcc: addresses(payload, 'bcc'),
    replyTo: addresses(payload, 'reply_to'),
    subject: String(payload.subject),
    ...content,
    tags: tags(payload.tags),
    topicId: typeof payload.topic_id === 'string' ? payload.topic_id : null,
  }
  recipientsAllowed(mail)
  return mail
}

function invalid(message: string): never {
  throw new ResendRefusal(422, 'validation_error', message)
}

function missing(field: string): never {
  throw new ResendRefusal(422, 'missing_required_field', `Missing \`${field}\` field.`)
}

function sender(value: unknown): string {
  if (value === undefined || value === null || value === '') missing('from')
  if (typeof value !== 'string' || !isAddress(value)) {
    throw new ResendRefusal(
      422,
      'invalid_from_address',
      'Invalid `from` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.',
    )
  }
  const domain = domainOf(value)
  // All names under .example count as verified, so that a demonstration may use any practice's name.
  if (domain !== 'resend.dev' && !domain.endsWith('.example')) {
    throw new ResendRefusal(
      403,
      'validation_error',
      `The ${domain} domain is not verified. Please, add and verify your domain on https://resend.com/domains`,
    )
  }
  return value
}

function addresses(payload: Record<string, unknown>, field: string): string[] | null {
  const value = payload[field]
  if (value === undefined || value === null) return null
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) missing(field)
  if (list.length > MOST_RECIPIENTS) {
    invalid(`The \`${field}\` field may hold at most ${MOST_RECIPIENTS} addresses.`)
  }
  for (const address of list) {
    if (typeof address !== 'string' || !isAddress(address)) {
      invalid(
        `Invalid \`${field}\` field. The email address needs to follow the \`email@example.com\` or \`Name <email@example.com>\` format.`,
      )
    }
  }
  return list as string[]
}

function recipientsAllowed(mail: { from: string; to: string[]; cc: string[] | null; bcc: string[] | null }): void {
  const all = [...mail.to, ...(mail.cc ?? []), ...(mail.bcc ?? [])]
  for (const address of all) {
    if (['example.com', 'test.com'].includes(domainOf(address))) {
      invalid('Invalid `to` field. Please use our testing email address instead of domains like `example.com`.')
    }
  }
  if (domainOf(mail.from) === 'resend.dev' && all.some((to) => bareAddress(to) !== credentials.resend.ownerAddress)) {
    throw new ResendRefusal(
      403,
      'validation_error',
      `You can only send testing emails to your own email address (${credentials.resend.ownerAddress}).`,
    )
  }
}

function contentOf(payload: Record<string, unknown>): { html: string | null; text: string | null } {
  const { html, text, template } = payload
  if (template !== undefined) {
    if (html !== undefined || text !== undefined) {
      invalid('The `template` field cannot be used with `html` or `text`.')
    }
    invalid('The template does not exist or is not published.')
  }
  if (!html && !text) {
    throw new ResendRefusal(422, 'missing_required_field', 'Missing `html` or `text` field.')
  }
  for (const [name, value] of Object.entries({ html, text })) {
    if (value !== undefined && value !== null && typeof value !== 'string') {
      invalid(`The \`${name}\` field must be a string.`)
    }
  }
  return { html: (html as string | undefined) ?? null, text: (text as string | undefined) ?? null }
}

function tags(value: unknown): AcceptedMail['tags'] {
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) invalid('The `tags` field must be an array.')
  for (const tag of value as unknown[]) {
    const parts = isRecord(tag) ? [tag.name, tag.value] : [undefined]
    for (const part of parts) {
      if (typeof part !== 'string' || !/^[A-Za-z0-9_-]{1,256}$/.test(part)) {
        invalid(
          'Tags should only contain ASCII letters, numbers, underscores, or dashes, and no more than 256 characters.',
        )
      }
    }
  }
  return (value as { name: string; value: string }[]).map((tag) => ({ name: tag.name, value: tag.value }))
}

function headers(value: unknown): void {
  if (value === undefined || value === null) return
  if (!isRecord(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    invalid('The `headers` field must be an object of strings.')
  }
}

function attachments(value: unknown): void {
  if (value === undefined || value === null) return
  const list: unknown[] = Array.isArray(value) ? value : [null]
  let bytes = 0
  for (const item of list) {
    if (!isRecord(item) || (typeof item.content !== 'string' && typeof item.path !== 'string')) {
      throw new ResendRefusal(422, 'invalid_attachment', 'Attachment must have either a `content` or `path`.')
    }
    bytes += typeof item.content === 'string' ? item.content.length : 0
  }
  if (bytes > MOST_ATTACHED_BYTES) {
    throw new ResendRefusal(422, 'invalid_attachment', 'Attachments may not exceed 40MB per email.')
  }
}

function isAddress(value: string): boolean {
  const named = /^([^<>]*)<([^<>]+)>$/.exec(value.trim())
  return ADDRESS.test((named?.[2] ?? value).trim())
}

function domainOf(address: string): string {
  return bareAddress(address).split('@')[1] ?? ''
}
