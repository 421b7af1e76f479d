import { Button } from '@mantine/core'
import { listed } from '../../../domain/practice/rightWords.ts'
import { Time, timeIn } from '../../components/Time.tsx'
import { useFresh } from '../../components/useFresh.ts'
import { useNow } from '../../components/useNow.ts'
import { useMay, useMe, useZone } from '../../shell/useMe.ts'
import { useColleagues } from '../useColleagues.ts'
import { useSnooze } from '../verbs/useSnooze.ts'
import { firstOf } from '../verbs/words.ts'
import classes from './ClientPage.module.css'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { Section } from './Section.tsx'

const MOST_COMING = 3

/** Something that happens by itself: its first time and its repeats. */
type Coming = { key: string; at: string; again: string[]; words: string }

/** The words for the next moves, except reminders and waking, which have their own lines. */
const MOVES: Partial<Record<Onboarding['situation']['next'][number]['what'], string>> = {
  expiry: 'The link expires',
  check: 'We check with the bank',
  close: 'Closes without an answer',
  access_end: 'Access ends',
}

/** Lists the next three things that happen by themselves, and offers to pause reminders. */
export function ComingUp({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const may = useMay()
  const [now, zone] = [useNow(), useZone()]
  const snooze = useSnooze()
  const { snoozedUntil, allowed } = client
  const coming = useComing(client)
  const canSnooze = allowed.includes('snooze') && may('work_clients')
  const fresh = useFresh(Object.fromEntries(coming.map(({ key, at }) => [key, at])))
  if (coming.length === 0 && !canSnooze && !snoozedUntil) return null
  return (
    <Section id="coming" title="Coming up">
      {snoozedUntil && (
        <p className={classes.reminders}>
          Paused until {timeIn('full', snoozedUntil, now, zone)}.
          {allowed.includes('resume') && may('work_clients') && (
            <Button variant="default" size="compact-sm" onClick={() => snooze(client, null)}>
              Wake now
            </Button>
          )}
        </p>
      )}
      {coming.length > 0 ? (
        <ul className={classes.list}>
          {coming.map(({ key, at, again, words }) => (
            <li key={key} className={classes.reminder} data-fresh={fresh.has(key) || undefined}>
              <Time at={at} as="end" />
              <span>
                {words}
                {again.length > 0 && `, again ${listed(again.map((one) => timeIn('date', one, now, zone)))}`}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        !snoozedUntil && <p className={classes.note}>Nothing is scheduled.</p>
      )}
      {canSnooze && !snoozedUntil && (
        <p className={classes.reminders}>
          Pause reminders:
          <Button variant="default" size="compact-sm" onClick={() => onDo('snooze')}>
            Snooze
          </Button>
        </p>
      )}
    </Section>
  )
}

/** Returns the first three things to come; repeats of a staff reminder are merged into its first. */
function useComing(client: Onboarding): Coming[] {
  const me = useMe()
  const managers = useColleagues()
  const { nextTouches, situation, accountManager } = client
  const todo = toDoOf(client).replace(/^./, (letter) => letter.toLowerCase())
  const manager = accountManager && accountManager.id !== me.user?.id ? managers.get(accountManager.id) : undefined
  const reminded = `${manager ? `${manager} is` : 'You’re'} reminded to ${todo}`
  const clients = nextTouches
    .filter(({ to }) => to === 'client')
    .map(({ at, n, last }) => ({
      key: `client${n}`,
      at,
      again: [],
      words: `${firstOf(client)} gets ${last ? 'the last reminder' : `reminder ${n}`}`,
    }))
  const [first, ...more] = nextTouches.filter(({ to }) => to === 'staff')
  const ours = first ? [{ key: 'staff', at: first.at, again: more.map(({ at }) => at), words: reminded }] : []
  const moves = situation.next.flatMap(({ what, at }) => {
    const words = MOVES[what]
    return words ? [{ key: what, at, again: [], words }] : []
  })
  return [...clients, ...ours, ...moves]
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .slice(0, MOST_COMING)
}

/** Returns what the practice is reminded of: its own open thing if there is one, else the situation's action. */
function toDoOf({ action, situation }: Onboarding): string {
  const ours = situation.move === 'practice' ? null : situation.also.find(({ move }) => move === 'practice')
  if (ours) return toDo(ours)
  return toDo({ action, sentence: situation.sentence })
}

/** The actions about the books, whose sentence names the software. */
const ABOUT_BOOKS = new Set<string>(['connect', 'choose_software', 'mark_done'])

/** Returns an action's label, or the sentence where it says more. While paused, the action is to wake. */
const toDo = ({ action, sentence }: Pick<Onboarding['situation']['also'][number], 'action' | 'sentence'>): string =>
  action && action.do !== 'wake' && !ABOUT_BOOKS.has(action.do) ? action.label : sentence
