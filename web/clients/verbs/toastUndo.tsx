import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useRef, useState } from 'react'
import { isElsewhere } from '../../components/isElsewhere.ts'
import { toast, toastFailure } from '../../components/toast.ts'
import { areLettersOn } from '../../shell/preferences.ts'

const UNDO_MS = 10_000
/** The longest time to offer Undo, in ms; it limits the damage of a wrong clock in the browser. */
const LONGEST_UNDO_MS = 15_000
const TICK_MS = 250

/**
 * Shows a toast with Undo for 10 s; hover and focus pause it, and `z` undoes too. `until` is a deadline of the server
 * that nothing pauses. A new toast replaces the old one.
 */
export function toastUndo(message: string, undo: () => Promise<unknown>, until: string | null = null): void {
  notifications.clean()
  const id = crypto.randomUUID()
  const close = () => notifications.hide(id)
  const run = async () => {
    try {
      await undo()
      close()
      toast('Undone')
    } catch (error) {
      close()
      toastFailure(error)
    }
  }
  notifications.show({
    id,
    role: 'status',
    autoClose: false,
    message: <UndoToast message={message} until={until} onUndo={run} onOver={close} />,
  })
}

function UndoToast(props: { message: string; until: string | null; onUndo: () => Promise<void>; onOver: () => void }) {
  const { message, until, onUndo, onOver } = props
  const [left, setLeft] = useState(() =>
    until === null ? UNDO_MS : Math.min(LONGEST_UNDO_MS, Date.parse(until) - Date.now()),
  )
  const [isHeld, setHeld] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const isStopped = isBusy || (isHeld && until === null)
  useEffect(() => {
    if (isStopped) return
    if (left <= 0) {
      onOver()
      return
    }
    const timer = setTimeout(() => setLeft(left - TICK_MS), TICK_MS)
    return () => clearTimeout(timer)
  }, [left, isStopped, onOver])
  const undo = () => {
    setBusy(true)
    void onUndo()
  }
  const present = useRef(undo)
  present.current = undo
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'z' || isElsewhere(event) || !areLettersOn()) return
      event.preventDefault()
      present.current()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
  return (
    <Group
      gap="sm"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{message}</span>
      <Button variant="subtle" size="compact-sm" loading={isBusy} onClick={undo}>
        Undo&nbsp;<span aria-hidden="true">{Math.ceil(left / 1000)}</span>
      </Button>
    </Group>
  )
}
