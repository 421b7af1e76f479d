import { Anchor, Button, Paper } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { tellFailure } from '../../components/tell.ts'
import { useFresh } from '../../components/useFresh.ts'
import { useNow } from '../../components/useNow.ts'
import { useMay, useZone } from '../../shell/useMe.ts'
import { SecondLine } from '../row/SecondLine.tsx'
import { Sentence } from '../row/Sentence.tsx'
import classes from './ClientPage.module.css'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { useNextAction } from './useNextAction.ts'

/** The situation in one line, and the one thing to do about it; filled only when the move is ours. */
export function Banner({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const may = useMay()
  const [now, zone] = [useNow(), useZone()]
  const [isBusy, setBusy] = useState(false)
  const next = useNextAction(client, onDo)
  const button = useRef<HTMLButtonElement>(null)
  const { state } = useLocation()
  // Whoever has just added the client goes on with what is next, unless they are at something else already.
  useEffect(() => {
    if (state.isNew && (document.activeElement?.matches('body, h1') ?? true)) button.current?.focus()
  }, [state.isNew, next?.label])
  const press = async () => {
    setBusy(true)
    try {
      await next?.act()
    } catch (error) {
      tellFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const { alsoOpen, situation, snoozedUntil } = client
  const fresh = useFresh({ situation: [situation, snoozedUntil, alsoOpen] })
  return (
    <Paper
      p="lg"
      component="section"
      aria-label="Situation"
      className={classes.banner}
      data-fresh={fresh.has('situation') || undefined}
    >
      <div className={classes.situation}>
        <Sentence row={client} now={now} zone={zone} wraps="whole" />
        <span className={classes.dimmed}>
          <SecondLine row={client} now={now} zone={zone} isInTabOrder />
          {alsoOpen > 0 && (
            <>
              {' · '}
              <Anchor href="#steps" size="xs">
                and {alsoOpen} more
              </Anchor>
            </>
          )}
        </span>
      </div>
      {next && may('work_clients') && (
        <div className={classes.act}>
          <Button
            ref={button}
            variant={situation.move === 'practice' ? 'filled' : 'default'}
            loading={isBusy}
            onClick={() => void press()}
          >
            {next.label}
          </Button>
        </div>
      )}
    </Paper>
  )
}
