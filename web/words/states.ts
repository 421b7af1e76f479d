import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconArchive,
  IconArrowsLeftRight,
  IconBan,
  IconBuildingBank,
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconClockX,
  IconExternalLink,
  IconHourglass,
  IconListCheck,
  IconMail,
  IconMailCheck,
  IconMailOff,
  IconMailX,
  IconMessageCheck,
  IconMessageOff,
  IconMessageX,
  IconPlugConnectedX,
  IconProgress,
  IconSend,
  IconUser,
  IconUserCheck,
  IconUserQuestion,
  IconUsers,
  IconUserX,
} from '@tabler/icons-react'
import { MOVE_WORDS, PROGRESS_WORDS, STAGE_WORDS } from '../../domain/rows/stateWords.ts'
import type { Schema } from '../api/client.ts'
import type { Tone } from '../theme/tokens.ts'

type Icon = typeof IconMail
/** A state's label and icon; grey without a tone. */
export type Shown = { label: string; icon: Icon; tone?: Tone }

type Summary = Schema['OnboardingSummary']
export type Stage = Summary['status']
export type Move = NonNullable<Summary['situation']['move']>
export type Step = Summary['steps'][number]
export type Progress = Step['progress']
export type DeliveryOf = NonNullable<Summary['invitation']>['delivery'][number]

export const STAGES: Record<Stage, Shown> = {
  creating: { label: STAGE_WORDS.creating, icon: IconProgress },
  not_invited: { label: STAGE_WORDS.not_invited, icon: IconCircleDashed },
  invited: { label: STAGE_WORDS.invited, icon: IconSend },
  accepted: { label: STAGE_WORDS.accepted, icon: IconUserCheck },
  completed: { label: STAGE_WORDS.completed, icon: IconCircleCheck, tone: 'good' },
  expired: { label: STAGE_WORDS.expired, icon: IconClockX, tone: 'warn' },
  declined: { label: STAGE_WORDS.declined, icon: IconUserX, tone: 'warn' },
  gave_up: { label: STAGE_WORDS.gave_up, icon: IconArchive },
  cancelled: { label: STAGE_WORDS.cancelled, icon: IconBan },
}

export const MOVES: Record<Move, Shown & { tone: Tone; of: string }> = {
  practice: { label: MOVE_WORDS.practice, icon: IconUsers, tone: 'accent', of: 'waiting for us' },
  client: { label: MOVE_WORDS.client, icon: IconUser, tone: 'client', of: 'waiting for client' },
  bank: { label: MOVE_WORDS.bank, icon: IconBuildingBank, tone: 'other', of: 'waiting for the bank' },
  us: { label: MOVE_WORDS.us, icon: IconProgress, tone: 'other', of: 'waiting for Embark' },
}

export const HEALTHS = {
  warn: { label: 'At risk', icon: IconAlertTriangle, tone: 'warn' },
  danger: { label: 'Failed', icon: IconAlertOctagon, tone: 'danger' },
} as const satisfies Record<string, Shown>

const connected: Shown = { label: PROGRESS_WORDS.connected, icon: IconCircleCheck, tone: 'good' }
const notNeeded: Shown = { label: PROGRESS_WORDS.not_needed, icon: IconCircleMinus }

const ASKS: Record<Schema['OnboardingSummary']['awaitedBanks'][number]['state'], Shown> = {
  open: { label: PROGRESS_WORDS.not_started, icon: IconCircle },
  done: { label: PROGRESS_WORDS.done, icon: IconCircleCheck, tone: 'good' },
  not_needed: notNeeded,
}

/** Returns the state of a bank that completion waits for beside the first. */
export const shownAsk = (state: keyof typeof ASKS): Shown => ASKS[state]

const PROGRESSES: Record<Progress, Shown> = {
  not_started: { label: PROGRESS_WORDS.not_started, icon: IconCircle },
  at_provider: { label: PROGRESS_WORDS.at_provider, icon: IconExternalLink },
  processing: { label: PROGRESS_WORDS.processing, icon: IconHourglass },
  signatory: { label: PROGRESS_WORDS.signatory, icon: IconUsers },
  unconfirmed: { label: PROGRESS_WORDS.unconfirmed, icon: IconUserQuestion },
  more_banks: { label: PROGRESS_WORDS.more_banks, icon: IconUserQuestion },
  choose_organisation: { label: PROGRESS_WORDS.choose_organisation, icon: IconListCheck, tone: 'accent' },
  check_organisation: { label: PROGRESS_WORDS.check_organisation, icon: IconAlertTriangle, tone: 'warn' },
  matching: { label: PROGRESS_WORDS.matching, icon: IconArrowsLeftRight, tone: 'accent' },
  stopped: { label: PROGRESS_WORDS.stopped, icon: IconCircleX, tone: 'warn' },
  failed: { label: PROGRESS_WORDS.failed, icon: IconAlertOctagon, tone: 'danger' },
  lost: { label: PROGRESS_WORDS.lost, icon: IconPlugConnectedX, tone: 'danger' },
  expiring: { label: PROGRESS_WORDS.expiring, icon: IconClock, tone: 'warn' },
  connected,
  done: { ...connected, label: PROGRESS_WORDS.done },
  skipped: { ...notNeeded, label: PROGRESS_WORDS.skipped },
  not_needed: notNeeded,
}

/** Returns the state of a step. `ledger` is the software's short name, `unmatched` the accounts still to match. */
export function shownStep(
  step: Pick<Step, 'kind' | 'progress'>,
  { ledger = null, unmatched = 0 }: { ledger?: string | null; unmatched?: number } = {},
): Shown {
  const shown = PROGRESSES[step.progress]
  if (step.progress === 'at_provider' && step.kind === 'books') return { ...shown, label: `At ${ledger ?? 'books'}` }
  if (step.progress === 'matching' && unmatched > 0) return { ...shown, label: `Match ${unmatched}` }
  return shown
}

const DELIVERIES: Record<DeliveryOf['state'], Shown> = {
  queued: { label: 'Queued', icon: IconClock },
  sent: { label: 'Sent', icon: IconSend },
  delivered: { label: 'Delivered', icon: IconMailCheck },
  delayed: { label: 'Delayed', icon: IconHourglass, tone: 'warn' },
  bounced: { label: 'Bounced', icon: IconMailX, tone: 'danger' },
  failed: { label: 'Failed', icon: IconMailX, tone: 'danger' },
  blocked: { label: 'Blocked', icon: IconMailX, tone: 'danger' },
  complained: { label: 'Complaint', icon: IconMailX, tone: 'danger' },
  opted_out: { label: 'Opted out', icon: IconMessageOff, tone: 'warn' },
  unknown: { label: 'Unknown', icon: IconUserQuestion, tone: 'warn' },
  no_receipt: { label: 'No receipt', icon: IconMessageOff, tone: 'warn' },
  not_sent: { label: 'Not sent', icon: IconMailOff },
  used: { label: 'Used', icon: IconMailCheck },
}

type Message = NonNullable<Schema['Onboarding']['invitation']>['deliveries'][number]

/** Returns the state of a channel that the acceptance turned off. */
export const shownOff = (channel: Message['channel']): Shown => ({
  label: 'Off',
  icon: channel === 'sms' ? IconMessageOff : IconMailOff,
})

const OF_A_TEXT = new Map<Icon, Icon>([
  [IconMailCheck, IconMessageCheck],
  [IconMailX, IconMessageX],
])

/** Returns how far an invitation came through a channel; null means that nothing was sent. */
export function shownDelivery(delivery: Pick<DeliveryOf, 'channel' | 'state'> | null): Shown {
  if (!delivery) return { label: 'None', icon: IconMail }
  const shown = DELIVERIES[delivery.state]
  return { ...shown, icon: (delivery.channel === 'sms' && OF_A_TEXT.get(shown.icon)) || shown.icon }
}
