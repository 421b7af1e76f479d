import type { Sealer } from '../../providers/seal.ts'

/** The wizard's fields as typed so far. */
export type DraftData = Record<string, unknown>

const contextOf = (draftId: string): string => `draft:${draftId}`

/** Seals a draft's fields. They name people and may hold a National Insurance number. */
export const sealDraft = (sealer: Sealer, draftId: string, data: DraftData): string =>
  sealer.seal(JSON.stringify(data), contextOf(draftId))

export const unsealDraft = (sealer: Sealer, draftId: string, sealed: string | null): DraftData =>
  sealed === null ? {} : (JSON.parse(sealer.open(sealed, contextOf(draftId))) as DraftData)
