import { ActDialog, type ActDialogProps } from '../components/ActDialog.tsx'
import { toast } from '../components/toast.ts'
import { useReadAnew } from './queries.ts'

/** A dialog about members or teams. `act` returns the text of the toast, shown after the lists are read again. */
export function Dialog({ act, ...props }: Omit<ActDialogProps, 'act'> & { act: () => Promise<string> }) {
  const readAnew = useReadAnew()
  const actAndTell = async () => {
    const message = await act()
    await readAnew()
    toast(message)
  }
  return <ActDialog act={actAndTell} {...props} />
}
