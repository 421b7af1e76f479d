import { Checkbox, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { ActDialog } from '../../components/ActDialog.tsx'
import { toast } from '../../components/toast.ts'
import { useMay } from '../../shell/useMe.ts'
import { type ListSearch, readListSearch } from '../listSearch.ts'
import { type ListPlace, savedViewsQuery } from './savedViews.ts'

/** Asks for the view's name. Members with the right `assign_clients` may also share it with everyone. */
export function SaveViewDialog(props: { place: ListPlace; search: ListSearch; onClose: () => void }) {
  const { place, search, onClose } = props
  const may = useMay()
  const [name, setName] = useState('')
  const [everyone, setEveryone] = useState(false)
  const save = async () => {
    await api.POST('/api/v1/views', {
      body: { name, place: place === '/clients' ? 'list' : 'board', search: readListSearch(search), everyone },
    })
    await queries.invalidateQueries({ queryKey: savedViewsQuery.queryKey })
    toast(`Saved as “${name.trim()}”`)
  }
  return (
    <ActDialog title="Save view" label="Save view" keep="Not now" act={save} onClose={onClose}>
      {(errorAt) => (
        <>
          <TextInput
            label="Name"
            description="The view keeps the filters, the search and the order."
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt('name')}
            data-autofocus
          />
          {may('assign_clients') && (
            <Checkbox
              label="For everyone in the practice"
              checked={everyone}
              onChange={(event) => setEveryone(event.currentTarget.checked)}
              error={errorAt('everyone')}
            />
          )}
        </>
      )}
    </ActDialog>
  )
}
