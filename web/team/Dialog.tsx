import { ActDialog, type ActDialogProps } from '../components/ActDialog.tsx'
import { say } from '../components/tell.ts'
import { useReadAnew } from './queries.ts'

/** A dialog about colleagues or teams: `act` answers what to tell, once what it changed has been read anew. */
export function Dialog({ act, ...props }: Omit<ActDialogProps, 'act'> & { act: () => Promise<string> }) {
  const readAnew = useReadAnew()
  const actAndTell = async () => {
    const message = await act()
    await readAnew()
    say(message)
  }
  return <ActDialog act={actAndTell} {...props} />
}
