import { useQueryClient } from '@tanstack/react-query'
import { NEW_PRACTICE_LIMITS } from '../../domain/practice/limits.ts'
import { api } from '../api/client.ts'
import { ActDialog } from '../components/ActDialog.tsx'
import { toast } from '../components/toast.ts'
import type { SupportPractice } from './queries.ts'

/** Explains and lifts the daily sending limit of a new practice. */
export function LiftDialog({ practice, onClose }: { practice: SupportPractice; onClose: () => void }) {
  const queries = useQueryClient()
  const { id, name } = practice
  const { invitations, texts } = NEW_PRACTICE_LIMITS
  const lift = async () => {
    await api.DELETE('/api/v1/support/practices/{id}/limit', { params: { path: { id } } })
    await queries.invalidateQueries({ queryKey: ['support'] })
    toast(`${name} sends without a limit`)
  }
  return (
    <ActDialog
      title="Lift the daily limit?"
      says={`${name} is new: it can send ${invitations} invitations and ${texts} texts a day. Lift this once you know who they are. They see it in their audit log.`}
      label="Lift the limit"
      act={lift}
      onClose={onClose}
    />
  )
}
