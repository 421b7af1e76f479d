import { useMutation } from '@tanstack/react-query'
import { canBeAsked } from '../../domain/connections/consents.ts'
import { api, bodyOf } from '../api/client.ts'
import { queries } from '../api/queries.ts'
import { toast, toastFailure } from '../components/toast.ts'
import { useMay } from '../shell/useMe.ts'
import type { Consent } from './queries.ts'

type Asked = Pick<Consent, 'id' | 'contact' | 'bank' | 'downSince'> & { situation: Pick<Consent['situation'], 'is'> }

/** Returns how a client is asked to confirm a bank: whether one can be asked by this member, and the act, which says so. */
export function useAskToConfirm() {
  const may = useMay()
  const { mutate, isPending, variables } = useMutation({
    mutationFn: ({ id }: Asked) =>
      bodyOf(api.POST('/api/v1/connections/{id}/ask-to-confirm', { params: { path: { id } } })),
    onSuccess: (_, { contact, bank }) => {
      toast(`Asked ${contact ?? 'the client'} to confirm ${bank ?? 'the bank'}.`)
      return queries.invalidateQueries({ queryKey: ['consents'] })
    },
    onError: toastFailure,
  })
  const canAsk = ({ situation, downSince }: Asked) =>
    may('work_clients') && downSince === null && canBeAsked(situation.is)
  return {
    canAsk,
    /** Asks, unless this member cannot, or a question is on its way. */
    ask: (consent: Asked) => {
      if (canAsk(consent) && !isPending) mutate(consent)
    },
    /** The id of the consent that is being asked about. */
    asking: isPending ? variables.id : null,
  }
}
