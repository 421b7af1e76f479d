import type { Sealer } from '../../providers/seal.ts'

/** What was typed so far, as the wizard has it. */
export type DraftData = Record<string, unknown>

const contextOf = (draftId: string): string => `draft:${draftId}`

/** Seals what was typed for its draft: it names people, and may hold a National Insurance number. */
export const sealDraft = (sealer: Sealer, draftId: string, data: DraftData): string =>
  sealer.seal(JSON.stringify(data), contextOf(draftId))

export const unsealDraft = (sealer: Sealer, draftId: string, sealed: string | null): DraftData =>
  sealed === null ? {} : (JSON.parse(sealer.open(sealed, contextOf(draftId))) as DraftData)
