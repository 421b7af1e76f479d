import type { Schema } from '../../api/client.ts'
import { AssignDialog } from './AssignDialog.tsx'
import { CancelDialog } from './CancelDialog.tsx'
import { DeclineDialog } from './DeclineDialog.tsx'
import { ExtendDialog } from './ExtendDialog.tsx'
import { ReopenDialog } from './ReopenDialog.tsx'
import { ResendDialog } from './ResendDialog.tsx'
import { SnoozeDialog } from './SnoozeDialog.tsx'

/** The verbs on one client that open a dialog. */
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

/** The dialog of a verb on one client: runs it, confirms it in a toast and offers Undo where possible. */
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
