import { api, bodyOf } from '../api/client.ts'
import { tellFailure, useCopyLink } from './detail/tell.ts'
import { keep } from './verbs/keep.ts'

/** Does what needs no question to a client, and tells how it went. */
export function useActAtOnce(): (verb: 'copy' | 'wake', id: string) => void {
  const copyLink = useCopyLink()
  const wake = async (id: string) =>
    keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/resume', { params: { path: { id } } })))
  return (verb, id) => void (verb === 'copy' ? copyLink(id) : wake(id)).catch(tellFailure)
}
