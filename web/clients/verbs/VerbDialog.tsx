import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { ActDialog } from '../../components/ActDialog.tsx'

/**
 * Asks before a verb: what happens, to whom, and what stays. `act` does it; once it is done the dialog closes, and what
 * was refused is said in it. `way` is what is on the button, in red where `isGrave`.
 */
export function VerbDialog(props: {
  title: string
  says: string
  way: string
  back?: string
  isGrave?: boolean
  isReady?: boolean
  act: () => Promise<unknown>
  onClose: () => void
  children?: ReactNode
}) {
  const { title, says, way, back = 'Keep it', isGrave, isReady, act, onClose, children } = props
  return (
    <ActDialog title={title} label={way} keep={back} isDanger={isGrave} isReady={isReady} act={act} onClose={onClose}>
      <Text size="sm">{says}</Text>
      {children}
    </ActDialog>
  )
}
