import { useState } from 'react'
import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { api } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { toast } from '../../components/toast.ts'
import { useMe } from '../../shell/useMe.ts'
import type { Onboarding } from '../detail/queries.ts'
import { openBooks } from '../detail/steps/openBooks.ts'
import { SoftwareTiles, type TypedSoftware } from './SoftwareTiles.tsx'
import { connectableNow, demandName } from './softwareWords.ts'

type Connection = Onboarding['connections'][number]

/** Chooses the software that a client uses, and offers to connect it. Connected software is disconnected first. */
export function SoftwareDialog(props: {
  client: Onboarding
  onDisconnect: (connection: Connection) => void
  onClose: () => void
}) {
  const { client, onDisconnect, onClose } = props
  const books = client.connections.find(({ kind }) => kind === 'books')
  if (!books) return <Choice client={client} onClose={onClose} />
  const ledger = softwareLabel(books.provider)
  const disconnect = async () => {
    onDisconnect(books)
    return false
  }
  return (
    <ActDialog
      title={titleOf(client)}
      says={`${ledger} is connected. Disconnect it first.`}
      label={`Disconnect ${ledger}`}
      act={disconnect}
      onClose={onClose}
    />
  )
}

const titleOf = ({ organisation }: Onboarding) => `Which software does ${organisation.name} use?`

function Choice({ client, onClose }: { client: Onboarding; onClose: () => void }) {
  const { id, organisation, steps } = client
  const { ledgers } = useMe()
  const [typed, setTyped] = useState<TypedSoftware>({
    software: organisation.software,
    softwareName: organisation.softwareName ?? '',
  })
  const canConnect = steps.some(
    ({ kind, allowed, way }) => kind === 'books' && (way === 'none' || allowed.includes('connect')),
  )
  const ledger = canConnect ? connectableNow(typed.software, ledgers) : null
  const save = async (): Promise<void> => {
    demandName(typed)
    const { software, softwareName } = typed
    if (software === '') return
    const params = { path: { id: organisation.id }, header: { 'If-Match': '*' } }
    const body = { software, softwareName: software === 'other' ? softwareName.trim() : null }
    await api.PATCH('/api/v1/organisations/{id}', { params, body })
  }
  const saveAlone = async () => {
    await save()
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['onboarding', id] }),
      queries.invalidateQueries({ queryKey: ['organisation', organisation.id] }),
    ])
    toast(`${organisation.name}: ${softwareLabel(typed.software)}`)
  }
  const connect = async () => {
    await save()
    location.assign(await openBooks(client, typed.software))
    return false
  }
  const frame = { title: titleOf(client), size: 'lg', onClose } as const
  const ways = ledger
    ? { label: `Connect ${ledger.name}`, act: connect, keep: 'Save', onKeep: saveAlone }
    : { label: 'Save', act: saveAlone }
  return (
    <ActDialog {...frame} {...ways}>
      {(errorAt) => (
        <SoftwareTiles
          id="software"
          label="Software"
          value={typed}
          onChange={setTyped}
          isNew={false}
          error={errorAt('software')}
          nameError={errorAt('softwareName')}
        />
      )}
    </ActDialog>
  )
}
