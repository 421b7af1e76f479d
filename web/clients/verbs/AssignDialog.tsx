import { useState } from 'react'
import { api, type Schema } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { Select } from '../../components/Select.tsx'
import { useColleagues } from '../useColleagues.ts'
import { useAtOnce } from './atOnce.ts'
import { toastUndo } from './toastUndo.tsx'

/** Changes a client's account manager, who gets the notices. The change shows at once. */
export function AssignDialog({ client, onClose }: { client: Schema['OnboardingSummary']; onClose: () => void }) {
  const colleagues = useColleagues()
  const atOnce = useAtOnce()
  const before = client.accountManager?.id ?? null
  const [manager, setManager] = useState(before)
  const assign = async (to: string | null, from: string | null) => {
    const params = { path: { id: client.organisation.id } }
    try {
      await api.PUT('/api/v1/organisations/{id}/manager', { params, body: { manager: to, from } })
    } catch (error) {
      // After a refusal, shows the manager that a colleague may have chosen meanwhile.
      void queries.invalidateQueries({ queryKey: ['onboarding', client.id] })
      throw error
    }
    await queries.invalidateQueries({ queryKey: ['onboarding', client.id] })
    void queries.invalidateQueries({ queryKey: ['organisation', client.organisation.id] })
  }
  const act = async () => {
    const name = manager === null ? 'nobody' : (colleagues.get(manager) ?? 'a colleague')
    atOnce({
      client,
      change: { accountManager: manager === null ? null : { id: manager } },
      ask: () => assign(manager, before),
      done: () => toastUndo(`Assigned to ${name}.`, () => assign(before, manager)),
    })
  }
  return (
    <ActDialog
      title={`Assign ${client.organisation.name}`}
      says="The account manager gets the notices."
      label="Assign"
      keep="Not now"
      isReady={manager !== before}
      act={act}
      onClose={onClose}
    >
      <Select
        label="Account manager"
        data={[...colleagues].map(([value, label]) => ({ value, label }))}
        value={manager}
        onChange={setManager}
        placeholder="Nobody"
        clearable
        clearButtonProps={{ 'aria-label': 'Nobody' }}
        data-autofocus
      />
    </ActDialog>
  )
}
