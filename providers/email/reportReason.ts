import type { DeliveryReport } from './email.ts'

/** What a webhook of the mail provider says about why; its free text is left out because it may hold addresses. */
type ReportDetail = {
  bounce?: { type?: string | null | undefined; subType?: string | null | undefined } | null | undefined
}

const bounceReasons: Record<string, string> = {
  NoEmail: 'mailbox does not exist',
  MailboxFull: 'mailbox is full',
  MessageTooLarge: 'mail is too large for this mailbox',
  ContentRejected: "mailbox's server refused the content",
  AttachmentRejected: "mailbox's server refused the content",
  Suppressed: 'an earlier mail to this address bounced',
  OnAccountSuppressionList: 'an earlier mail to this address bounced',
}

/** Plain words for staff, fit to stand after "Bounced 09:12:"; null where the state says it all. */
export function reportReason(state: DeliveryReport['state'], { bounce }: ReportDetail): string | null {
  switch (state) {
    case 'bounced': {
      const known = bounceReasons[bounce?.subType ?? '']
      if (known) return known
      return bounce?.type === 'Permanent' ? 'mailbox does not exist' : 'mailbox refused the mail'
    }
    case 'delayed':
      return "the receiver's server does not take it yet"
    case 'complained':
      return 'the receiver marked it as spam'
    case 'suppressed':
      return 'this address bounced or complained before'
    case 'failed':
      return 'the mail provider could not send it'
    default:
      return null
  }
}
