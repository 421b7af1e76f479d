import type { Embedded } from './embedded.ts'

type SentMail = { idempotencyKey?: string; sentAt: string; requests: number }

/** Returns all mails that the provider sent, with the number of requests for each key. */
export async function sentMails({ control }: Embedded): Promise<SentMail[]> {
  const { messages } = (await control('GET', '/messages?channel=email&limit=20000')) as { messages: SentMail[] }
  return messages
}

/** Returns by onboarding the ms from writing the fact to the accepted mail. Leaves out those without a mail. */
export async function effectsOf(
  embedded: Embedded,
  fact: string,
  purpose: string,
  onboardingIds: string[],
): Promise<Map<string, number>> {
  const facts = await embedded.owner<{ id: string; message: string; at: number }[]>`
    SELECT e.onboarding_id AS id, m.id AS message, epoch_ms(e.recorded_at) AS at
    FROM event e JOIN message m ON m.onboarding_id = e.onboarding_id AND m.purpose = ${purpose}
    WHERE e.kind = ${fact} AND e.onboarding_id = ANY (${onboardingIds})`
  const mails = new Map((await sentMails(embedded)).map((mail) => [mail.idempotencyKey, Date.parse(mail.sentAt)]))
  return new Map(
    facts.flatMap(({ id, message, at }) => {
      const sentAt = mails.get(message)
      return sentAt === undefined ? [] : [[id, sentAt - at] as const]
    }),
  )
}
