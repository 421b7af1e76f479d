import type { View } from '../../../domain/rows/conditions.ts'

/** The labels of the views. */
export const VIEW_NAMES: Record<View, string> = {
  attention: 'Needs attention',
  us: 'Waiting for us',
  client: 'Waiting for client',
  not_invited: 'Not invited',
  expired: 'Expired',
  completed: 'Completed',
  mine: 'My clients',
  all: 'All',
}

/** The title and text of an empty view. */
export const EMPTY_VIEWS: Record<View, [title: string, text: string]> = {
  attention: ['Nothing needs you now', ''],
  us: ['You have nothing to do', 'Every open client is waiting for someone else.'],
  client: ['You aren’t waiting for any client', 'Everything open is with you or a bank.'],
  not_invited: ['Everyone is invited', ''],
  expired: ['No expired invitations', ''],
  completed: ['Nobody has finished yet', ''],
  mine: ['You don’t manage any clients yet', 'Open a client and choose Assign.'],
  all: ['No clients yet', ''],
}
