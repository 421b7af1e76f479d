import { api, bodyOf } from '../api/client.ts'
import { BulkDialog } from '../components/bulk/BulkDialog.tsx'
import { type BulkWords, inBatches } from '../components/bulk/bulk.ts'

const WORDS: BulkWords = {
  verb: 'Ask to confirm',
  will: 'will be asked about',
  done: 'asked about',
  what: 'Each client is asked by email and text to keep sharing, or to share again. Who has several banks gets one message.',
  noun: { one: 'bank', many: 'banks' },
}

const ask = (ids: string[], dryRun: boolean, key?: string) =>
  bodyOf(
    api.POST('/api/v1/consents/ask-to-confirm', {
      body: { ids, dryRun },
      params: { header: key ? { 'Idempotency-Key': key } : {} },
    }),
  )

/** Asks the clients of the chosen banks to confirm them, and shows what came of each. */
export default function AskDialog(props: {
  ids: string[]
  names: ReadonlyMap<string, string>
  onClose: (wasDone: boolean) => void
}) {
  const { ids, names, onClose } = props
  return (
    <BulkDialog
      words={WORDS}
      ask={(whom) => `Ask to confirm ${whom}?`}
      ids={ids}
      names={names}
      previewOf={['ask to confirm', ids]}
      preview={() => ask(ids, true)}
      run={(some, attempt, onProgress) => inBatches(some, attempt, (these, key) => ask(these, false, key), onProgress)}
      onClose={onClose}
    />
  )
}
