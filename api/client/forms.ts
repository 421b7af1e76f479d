import express, { type Request, type Response } from 'express'
import { z } from 'zod'
import { REPORT_ABOUTS } from '../../pages/client/view.ts'

const LARGEST_FORM = '20kb'

const parse = express.urlencoded({ extended: false, limit: LARGEST_FORM, parameterLimit: 50 })

/**
 * Returns the fields of a form, checked by `schema`; null for anything else: another content type, a field that is
 * missing, too long or given twice. Rethrows the parser's error for a body that is too large, which no page of ours
 * sends.
 */
export async function readForm<T>(request: Request, response: Response, schema: z.ZodType<T>): Promise<T | null> {
  const isEmpty = request.get('content-length') === '0'
  if (!isEmpty && request.is('application/x-www-form-urlencoded') === false) return null
  const fields = await new Promise<unknown>((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      if (isTooLarge(error)) reject(error)
      else resolve(error ? null : (request.body ?? {}))
    })
  })
  return schema.safeParse(fields).data ?? null
}

/** Returns true for the error of a body above its limit. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === 413

/** A person's own words as stored; null when empty. Line breaks are the only control characters allowed. */
const words = (longest: number) =>
  z
    .string()
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .max(longest)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
        .regex(/^[^\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$/)
        .refine((text) => text.isWellFormed()),
    )
    .transform((text) => text || null)
    .nullable()
    .default(null)

const id = z.string().regex(/^[\w.:-]{1,100}$/)

/** The answer to one bank: `{connection}@{end of access in ms}`, without the end where it has none. */
const answer = z
  .string()
  .regex(/^[0-9a-f-]{36}@(\d{1,15})?$/)
  .transform((text) => ({
    connectionId: text.slice(0, 36),
    shownUntil: text.length > 37 ? Number(text.slice(37)) : null,
  }))

export const forms = {
  nothing: z.object({}),
  /** An empty bank leaves the choice to the connector's own page. */
  bank: z.object({ bank: id.or(z.literal('')).default('') }),
  /** The person's organisation that is the same business; empty for none. */
  letIn: z.object({ same: z.uuid().or(z.literal('')).default('') }),
  books: z.object({ ledger: id }),
  decline: z.object({ reason: words(500) }),
  tell: z.object({
    about: z.enum(REPORT_ABOUTS),
    text: words(500),
    name: words(160),
    email: words(254),
    /** Report only: leave sharing as it is. */
    only: z.literal('1').optional(),
  }),
  /** The ticked banks, each with the end that its page showed. */
  keep: z.object({
    agree: z.union([answer.transform((one) => [one]), z.array(answer).max(20)]).default([]),
    again: z.uuid().optional(),
  }),
  connection: z.object({ connection: z.uuid() }),
  /** `asOf`: the instant at which the page named the missing accounts. */
  closed: z.object({
    connection: z.uuid(),
    asOf: z.coerce.number().int().min(0).max(8.64e15).nullable().default(null),
  }),
  confirm: z.object({ answer: z.enum(['yes', 'no']) }),
  organisation: z.object({ organisation: id }),
}
