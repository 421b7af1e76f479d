import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { ActDialog } from '../../components/ActDialog.tsx'

/**
 * Confirms a verb and explains its effect. `act` carries it out; the dialog closes afterwards and shows a refusal
 * inside. `way` is the button's label, in red with `isGrave`.
 */
export function VerbDialog(props: {
  title: string
  says: string
  way: string
  back?: string
  isGrave?: boolean
  isReady?: boolean
  /** True if the verb is impossible: only the other button remains. */
  isBlocked?: boolean
  act: () => Promise<unknown>
  onClose: () => void
  children?: ReactNode
}) {
  const { title, says, way, back = 'Keep it', isGrave, isReady, isBlocked, act, onClose, children } = props
  return (
    <ActDialog
      title={title}
      label={way}
      keep={back}
      isDanger={isGrave}
      isReady={isReady}
      isBlocked={isBlocked}
      act={act}
      onClose={onClose}
    >
      <Text size="sm">{says}</Text>
      {children}
    </ActDialog>
  )
}
