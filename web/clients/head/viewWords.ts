import type { View } from '../listSearch.ts'

/** What a view is called. */
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

/** What is said where a view holds nobody, and why that is well. */
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
