import { Button, type ButtonProps } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { toastFailure } from '../../components/toast.ts'
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
  const [isBusy, setBusy] = useState(false)
  const next = useNextAction(client, open, onDo)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (takesFocus && (document.activeElement?.matches('body, h1') ?? true)) button.current?.focus()
  }, [takesFocus, next?.label])
  if (!next || !may('work_clients')) return null
  const press = async () => {
    setBusy(true)
    try {
      await next.act()
    } catch (error) {
      toastFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const drawn = (
    <Button
      ref={button}
      variant="default"
      {...look}
      loading={isBusy}
      aria-label={about && `${next.label}: ${about}`}
      onClick={() => void press()}
    >
      {next.label}
    </Button>
  )
  return within ? within(drawn) : drawn
}
