import { useRouter } from '@tanstack/react-router'
import { api, bodyOf } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { toast } from '../../components/toast.ts'
import { keep } from '../verbs/keep.ts'
import { addressesOf } from '../verbs/words.ts'
import { dataOf, type Typed } from './drafts/typed.ts'
import { type Draft, draftsQuery } from './queries.ts'

/** Returns a function that creates the client from a draft and opens it. Repeats create no second client. Throws a `Problem`. */
export function useCreate(draft: Draft) {
  const router = useRouter()
  return async (typed: Typed): Promise<void> => {
    const body = { ...dataOf(draft.kind, typed), draft: draft.id }
    const { notices: _seen, ...created } = await bodyOf(api.POST('/api/v1/onboardings', { body }))
    const { invitation } = created
    if (invitation?.channels.some((one) => one !== 'link')) {
      toast(`${invitation.asks ? 'Request' : 'Invitation'} sent to ${addressesOf(created)}`)
    }
    keep(created)
    void queries.invalidateQueries({ queryKey: ['onboardings'] })
    void queries.invalidateQueries({ queryKey: draftsQuery.queryKey, exact: true })
    await router.navigate({ to: '/clients/$id', params: { id: created.id }, state: { isNew: !invitation } })
  }
}
