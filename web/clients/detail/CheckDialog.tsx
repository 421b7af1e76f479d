import { VerbDialog } from '../verbs/VerbDialog.tsx'
import { openBooks } from './openBooks.ts'
import type { Onboarding } from './queries.ts'

/** An organisation in the books that is another client's, or looks like another business: the way to choose again. */
export function CheckDialog({ client, onClose }: { client: Onboarding; onClose: () => void }) {
  const { name, ledgerName } = client.organisation
  const books = client.steps.find(({ kind }) => kind === 'books')
  const isLinked = books?.reason === 'already_linked'
  const says = isLinked
    ? `${books?.lastError ?? 'The organisation is linked to another client.'} Sign in again and choose another, or disconnect it there first.`
    : `The organisation that was chosen${ledgerName ? `, “${ledgerName}”,` : ''} looks like another business than “${name}”. Nothing is read until somebody has said that it is the same. Sign in again to look at both names and confirm, or to choose another.`
  const act = async () => location.assign(await openBooks(client.id))
  return (
    <VerbDialog
      title={`Check ${name}’s books`}
      says={says}
      way="Sign in again"
      back="Not now"
      act={act}
      onClose={onClose}
    />
  )
}
