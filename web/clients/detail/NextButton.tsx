import type { ButtonProps } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { ActButton } from '../../components/ActButton.tsx'
import { useMay } from '../../shell/useMe.ts'
import type { Doing } from './ClientPage.tsx'
import type { Onboarding } from './queries.ts'
import { useNextAction } from './useNextAction.ts'

/** The button of an open thing, if it has one and the member may use it. `about` completes its name where it repeats. */
export function NextButton(
  props: ButtonProps & {
    client: Onboarding
    open: Parameters<typeof useNextAction>[1]
    onDo: (doing: Doing) => void
    about?: string
    /** Focuses the button when it appears, unless the focus is already elsewhere. */
    takesFocus?: boolean
    within?: (button: ReactNode) => ReactNode
  },
) {
  const { client, open, onDo, about, takesFocus, within, ...look } = props
  const may = useMay()
  const next = useNextAction(client, open, onDo)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (takesFocus && (document.activeElement?.matches('body, h1') ?? true)) button.current?.focus()
  }, [takesFocus, next?.label])
  if (!next || !may('work_clients')) return null
  const drawn = (
    <ActButton ref={button} {...look} aria-label={about && `${next.label}: ${about}`} act={next.act}>
      {next.label}
    </ActButton>
  )
  return within ? within(drawn) : drawn
}
