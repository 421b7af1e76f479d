import { useRef } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { BulkDialog } from '../components/bulk/BulkDialog.tsx'
import { type BulkWords, inBatches } from '../components/bulk/bulk.ts'
import type { ConsentSearch } from './consentSearch.ts'
import { filterOf } from './queries.ts'

/** The banks to ask about: a list of ids, or everything that a search matches. */
export type Asked = { ids: string[] } | { search: ConsentSearch }

const ASK_WORDS: BulkWords = {
  verb: 'Ask to confirm',
  will: 'will be asked about',
  done: 'asked about',
  what: 'Each client is asked by email and text to keep sharing, or to share again. Who has several banks gets one message.',
  noun: { one: 'bank', many: 'banks' },
}

const ask = (asked: { ids: string[] } | { filter: ReturnType<typeof filterOf> }, dryRun: boolean, key?: string) =>
  bodyOf(
    api.POST('/api/v1/consents/ask-to-confirm', {
      body: { ...asked, dryRun },
      params: { header: key ? { 'Idempotency-Key': key } : {} },
    }),
  )

/** Asks the clients of the chosen banks to confirm them, and shows what came of each. */
export default function AskDialog(props: {
  asked: Asked
  names: ReadonlyMap<string, string>
  onClose: (wasDone: boolean) => void
}) {
  const { asked, names, onClose } = props
  const clients = useRef(new Map<string, string>())
  const clientOf = (id: string) => clients.current.get(id) ?? id
  const preview = async () => {
    const found = await ask('ids' in asked ? asked : { filter: filterOf(asked.search) }, true)
    clients.current = new Map(found.results.map(({ id, onboardingId }) => [id, onboardingId ?? id]))
    // A client's banks stand beside each other, so that one message asks about all of them.
    return { results: found.results.toSorted((a, b) => clientOf(a.id).localeCompare(clientOf(b.id))) }
  }
  return (
    <BulkDialog
      words={ASK_WORDS}
      ask={(whom) => `Ask to confirm ${whom}?`}
      ids={'ids' in asked ? asked.ids : null}
      names={names}
      previewOf={['ask to confirm', asked]}
      preview={preview}
      run={(some, attempt, onProgress) =>
        inBatches(some, attempt, (ids, key) => ask({ ids }, false, key), onProgress, clientOf)
      }
      onClose={onClose}
    />
  )
}
