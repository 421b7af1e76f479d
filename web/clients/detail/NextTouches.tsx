import { Button } from '@mantine/core'
import { Time } from '../../components/Time.tsx'
import { useFresh } from '../../components/useFresh.ts'
import { useMay } from '../../shell/useMe.ts'
import { useColleagues } from '../useColleagues.ts'
import { firstOf } from '../verbs/words.ts'
import classes from './ClientPage.module.css'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { Section } from './Section.tsx'

/** The next three reminders, to whom and when, and the way to stop them for a while. */
export function NextTouches({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const may = useMay()
  const managers = useColleagues()
  const { nextTouches, accountManager, allowed } = client
  const todo = toDoOf(client).replace(/^./, (letter) => letter.toLowerCase())
  const us = (accountManager && managers.get(accountManager.id)) ?? 'You'
  const canSnooze = allowed.includes('snooze') && may('work_clients')
  const fresh = useFresh(Object.fromEntries(nextTouches.map(({ at, to, n }) => [`${to}${n}`, at])))
  if (nextTouches.length === 0 && !canSnooze) return null
  return (
    <Section id="touches" title="Next three touches">
      {nextTouches.length > 0 ? (
        <ul className={classes.list}>
          {nextTouches.map(({ at, to, n }) => (
            <li key={`${to}${n}`} className={classes.touch} data-fresh={fresh.has(`${to}${n}`) || undefined}>
              <Time at={at} as="end" />
              <span>{to === 'client' ? `${firstOf(client)}: reminder ${n}` : `${us}: ${todo}`}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className={classes.note}>Nobody is reminded of anything.</p>
      )}
      {canSnooze && (
        <p className={classes.chase}>
          Stop chasing:
          <Button variant="default" size="compact-sm" onClick={() => onDo('snooze')}>
            Snooze
          </Button>
        </p>
      )}
    </Section>
  )
}

/** Returns what the practice is reminded of: the open thing that is its own, where there is one. */
function toDoOf({ action, situation }: Onboarding): string {
  const ours = situation.move === 'practice' ? null : situation.also.find(({ move }) => move === 'practice')
  if (ours) return ours.action?.label ?? ours.sentence
  // Once it wakes, what is to be done is what is to be done now.
  return action && action.do !== 'wake' ? action.label : situation.sentence
}
