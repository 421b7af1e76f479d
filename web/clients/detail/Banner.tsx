import { Anchor, Paper } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { useFresh } from '../../components/useFresh.ts'
import { useNow } from '../../components/useNow.ts'
import { useZone } from '../../shell/useMe.ts'
import { alsoPieces, piecesOf } from '../row/rowWords.ts'
import { SecondLine } from '../row/SecondLine.tsx'
import { OpenThing, Sentence } from '../row/Sentence.tsx'
import classes from './ClientPage.module.css'
import type { Doing } from './ClientPage.tsx'
import { completedWords, standingWords } from './completedWords.ts'
import { NextButton } from './NextButton.tsx'
import type { Onboarding } from './queries.ts'
import type { useNextAction } from './useNextAction.ts'

/** Shows the situation and the next open thing with their buttons. The practice's first move is filled. */
export function Banner({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const [now, zone] = [useNow(), useZone()]
  const { alsoOpen, action, situation, snoozedUntil } = client
  const [also] = situation.also
  const fresh = useFresh({ situation: [situation, snoozedUntil, alsoOpen] })
  const filled = situation.move === 'practice' ? 'lead' : also?.move === 'practice' ? 'also' : null
  const more = alsoOpen - (also ? 1 : 0)
  const timing = { now, zone, isInTabOrder: true }
  const isCompleted = situation.stage === 'completed'
  const isFinished = isCompleted && situation.blockedBy === null
  const standing = isCompleted ? standingWords(client, now, zone) : ''
  return (
    <Paper
      p="lg"
      component="section"
      aria-label="Situation"
      className={classes.banner}
      data-fresh={fresh.has('situation') || undefined}
    >
      <div className={classes.open}>
        <div className={classes.situation}>
          {isFinished ? (
            <div>{completedWords(client, now, zone)}</div>
          ) : (
            <Sentence row={client} now={now} zone={zone} isWhole />
          )}
          <span className={classes.dimmed}>
            {isFinished ? standing : <SecondLine pieces={piecesOf(client, now)} {...timing} />}
          </span>
          {isCompleted && !isFinished && (
            <div className={classes.dimmed}>
              {[completedWords(client, now, zone), standing].filter(Boolean).join(' · ')}
            </div>
          )}
        </div>
        <Act client={client} open={{ action, step: situation.step }} onDo={onDo} isFilled={filled === 'lead'} isFirst />
      </div>
      {also && (
        <div className={classes.open}>
          <div className={classes.situation}>
            <span className={classes.also}>
              <span>Also</span>
              <OpenThing {...also} isWhole />
            </span>
            <span className={classes.dimmed}>
              <SecondLine pieces={alsoPieces(client, also).slice(1)} {...timing} />
            </span>
          </div>
          <Act client={client} open={also} onDo={onDo} isFilled={filled === 'also'} />
        </div>
      )}
      {more > 0 && (
        <Anchor href="#steps" size="xs">
          and {more} more
        </Anchor>
      )}
    </Paper>
  )
}

/** Draws the button of an open thing. Alone on a phone, it stays at the foot of the page. */
function Act(props: {
  client: Onboarding
  open: Parameters<typeof useNextAction>[1]
  onDo: (doing: Doing) => void
  isFilled: boolean
  isFirst?: boolean
}) {
  const { isFilled, isFirst, ...next } = props
  const { state } = useLocation()
  const isAlone = next.client.situation.also.length === 0
  return (
    <NextButton
      {...next}
      variant={isFilled ? 'filled' : 'default'}
      // After adding a client, the next action is at hand.
      takesFocus={Boolean(isFirst && state.isNew)}
      within={(button) => <div className={isFilled || isAlone ? classes.act : undefined}>{button}</div>}
    />
  )
}
