import { CLIENT_KEYS } from '../../clients/frame/useLetters.ts'
import { LIST_KEYS } from '../../clients/list/useListKeys.ts'
import { COMMAND } from '../opened.ts'

/** One or more keys, and what they do. */
export type Keys = [keys: string[], what: string]

/** All keys, grouped by where they work. */
export const KEY_SECTIONS: { title: string; keys: Keys[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [[COMMAND, 'K'], 'Find a client, a page or an action'],
      [['g', 'c'], 'Clients'],
      [['g', 'b'], 'Board'],
      [['g', 'r'], 'Reports'],
      [['g', 't'], 'Team'],
      [['g', 's'], 'Settings'],
      [['n'], 'Add client'],
      [['/'], 'Search'],
      [['z'], 'Undo'],
      [['Esc'], 'Close what is on top'],
      [['?'], 'All keys'],
    ],
  },
  { title: 'In the client list', keys: LIST_KEYS },
  {
    title: 'On the board',
    keys: [
      [['h', 'l'], 'Previous and next column'],
      [['j', 'k'], 'Next and previous client'],
      [['Enter'], 'Open'],
      [['.'], 'Manage'],
    ],
  },
  { title: 'At a client', keys: CLIENT_KEYS },
]
