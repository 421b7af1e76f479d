import type { Schema } from '../../api/client.ts'
import { AssignDialog } from './AssignDialog.tsx'
import { CancelDialog } from './CancelDialog.tsx'
import { DeclineDialog } from './DeclineDialog.tsx'
import { ExtendDialog } from './ExtendDialog.tsx'
import { ReopenDialog } from './ReopenDialog.tsx'
import { ResendDialog } from './ResendDialog.tsx'
import { SnoozeDialog } from './SnoozeDialog.tsx'

/** What is asked about before it is done to one client. */
export type ClientVerbName =
  | 'resend'
  | 'resend_email'
  | 'resend_sms'
  | 'extend'
  | 'snooze'
  | 'assign'
  | 'decline'
  | 'reopen'
  | 'cancel'

/** The dialog of a verb about one client: it does it, tells what was done, and offers the way back where there is one. */
export function ClientVerb(props: { verb: ClientVerbName; client: Schema['OnboardingSummary']; onClose: () => void }) {
  const { verb, ...rest } = props
  switch (verb) {
    case 'resend':
      return <ResendDialog {...rest} />
    case 'resend_email':
      return <ResendDialog {...rest} through="email" />
    case 'resend_sms':
      return <ResendDialog {...rest} through="sms" />
    case 'extend':
      return <ExtendDialog {...rest} />
    case 'snooze':
      return <SnoozeDialog {...rest} />
    case 'assign':
      return <AssignDialog {...rest} />
    case 'decline':
      return <DeclineDialog {...rest} />
    case 'reopen':
      return <ReopenDialog {...rest} />
    case 'cancel':
      return <CancelDialog {...rest} />
  }
}
