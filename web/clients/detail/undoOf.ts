import { api, bodyOf, type Schema } from '../../api/client.ts'
import type { Onboarding } from './queries.ts'

type Entry = Schema['TimelineEntry']

/**
 * Returns the request that undoes a timeline event, or null if the server allows none now. Only the latest event of its
 * kind can be undone; later events of other kinds stay.
 */
export function undoOf({ kind, step }: Entry, client: Onboarding): (() => Promise<Onboarding>) | null {
  const { id, allowed, steps } = client
  const params = { path: { id } }
  const of = steps.find((one) => one.kind === step)
  switch (kind) {
    case 'cancelled':
      if (!allowed.includes('undo_cancel')) return null
      return () => bodyOf(api.POST('/api/v1/onboardings/{id}/cancel/undo', { params }))
    case 'snoozed':
      return allowed.includes('resume') ? () => bodyOf(api.POST('/api/v1/onboardings/{id}/resume', { params })) : null
    case 'step_skipped':
    case 'step_done': {
      const isSo = of?.state === (kind === 'step_done' ? 'done' : 'skipped') && of.allowed.includes('reopen')
      if (!of || !isSo) return null
      const path = { id, step: of.kind }
      return () => bodyOf(api.POST('/api/v1/onboardings/{id}/steps/{step}/reopen', { params: { path } }))
    }
    case 'step_handed_over': {
      if (!of?.allowed.includes('hand_over')) return null
      const body = { owner: of.owner === 'client' ? ('practice' as const) : ('client' as const) }
      const path = { id, step: of.kind }
      return () => bodyOf(api.PATCH('/api/v1/onboardings/{id}/steps/{step}', { params: { path }, body }))
    }
    default:
      return null
  }
}
