import { ActDialog, type ActDialogProps } from '../components/ActDialog.tsx'
import { told } from '../components/told.ts'
import { useReadAnew } from './queries.ts'

/** A dialog about colleagues or teams: `act` answers what to tell, once what it changed has been read anew. */
export function Dialog({ act, ...props }: Omit<ActDialogProps, 'act'> & { act: () => Promise<string> }) {
  const readAnew = useReadAnew()
  const actAndTell = async () => {
    const message = await act()
    await readAnew()
    told(message)
  }
  return <ActDialog act={actAndTell} {...props} />
}
