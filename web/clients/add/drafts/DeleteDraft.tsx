import { api } from '../../../api/client.ts'
import { asProblem } from '../../../api/problem.ts'
import { ActDialog } from '../../../components/ActDialog.tsx'
import { toast } from '../../../components/toast.ts'
import type { Draft } from '../queries.ts'
import { words } from '../words.ts'

/** Asks before deleting a draft and disconnecting its ledger. A draft that no longer exists counts as deleted. */
export function DeleteDraft(props: { draft: Draft; onClose: () => void; onDone: () => void }) {
  const { draft, onClose, onDone } = props
  const { ledger } = draft
  const disconnected = ledger ? ` ${ledger.label} (${ledger.organisation}) is disconnected.` : ''
  const remove = async () => {
    try {
      await api.DELETE('/api/v1/drafts/{id}', { params: { path: { id: draft.id } } })
    } catch (error) {
      if (asProblem(error).status !== 404) throw error
    }
    toast('Draft deleted')
    onDone()
  }
  return (
    <ActDialog
      title="Delete this draft?"
      says={`What you typed is deleted.${disconnected} Nobody was told anything.`}
      label={words.deleteDraft}
      keep="Keep it"
      isDanger
      act={remove}
      onClose={onClose}
    />
  )
}
