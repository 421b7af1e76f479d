import type { Tx } from './client.ts'

/** A practice as pages, mails and commands need it. */
export type Practice = {
  id: string
  slug: string
  name: string
  country: string
  currency: string
  timeZone: string
  notificationEmail: string | null
  postalAddress: string | null
  phone: string | null
  senderName: string | null
  replyTo: string | null
  brandColour: string | null
  intakeDomain: string | null
  reasonBank: string | null
  reasonBooks: string | null
  inviteExpiryDays: number
  giveUpDays: number
  solutions: string[]
  plan: 'standard' | 'plus'
}

/** The practice of the present transaction. Throws when none is set: nothing runs without a tenant. */
export async function readPractice(tx: Tx): Promise<Practice> {
  const [practice] = await tx<Practice[]>`
    SELECT id, slug, name, country, currency, time_zone AS "timeZone", notification_email AS "notificationEmail",
      postal_address AS "postalAddress", phone, sender_name AS "senderName", reply_to AS "replyTo",
      brand_colour AS "brandColour", intake_domain AS "intakeDomain", reason_bank AS "reasonBank",
      reason_books AS "reasonBooks", invite_expiry_days AS "inviteExpiryDays", give_up_days AS "giveUpDays", solutions, plan
    FROM practice`
  if (!practice) throw new Error('no practice in this transaction')
  return practice
}
