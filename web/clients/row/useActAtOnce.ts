import { toastFailure } from '../../components/toast.ts'
import { useSnooze } from '../verbs/useSnooze.ts'
import type { Row } from './rowWords.ts'
import { useCopyLink } from './useCopyLink.ts'

/** Returns a function that carries out a verb without a dialog and reports the result in a toast. */
export function useActAtOnce(): (verb: 'copy' | 'wake', client: Row) => void {
  const { pass } = useCopyLink()
  const snooze = useSnooze()
  return (verb, client) => {
    if (verb === 'wake') snooze(client, null)
    else void pass({ id: client.id }).catch(toastFailure)
  }
}
