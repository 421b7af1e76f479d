import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { attempt, toast } from '../../components/toast.ts'
import { useMay } from '../../shell/useMe.ts'
import type { ListSearch } from '../listSearch.ts'
import { type ListPlace, type SavedView, savedViewsQuery, shownView } from './savedViews.ts'

const SaveViewDialog = lazy(async () => ({ default: (await import('./SaveViewDialog.tsx')).SaveViewDialog }))

/** Saves the current search as a named view, or deletes the saved view that is shown. */
export function SaveView({ place, search }: { place: ListPlace; search: ListSearch }) {
  const may = useMay()
  const { data: views = [] } = useQuery(savedViewsQuery)
  const [isOpen, setOpen] = useState(false)
  const shown = shownView(views, place, search)
  if (!may('work_clients')) return null
  const forget = async ({ id, name }: SavedView) => {
    await api.DELETE('/api/v1/views/{id}', { params: { path: { id } } })
    toast(`Deleted the view “${name}”`)
    await queries.invalidateQueries({ queryKey: savedViewsQuery.queryKey })
  }
  if (shown) {
    if (shown.everyone && !may('assign_clients')) return null
    return (
      <Button variant="subtle" size="compact-sm" onClick={attempt(() => forget(shown))}>
        Delete view
      </Button>
    )
  }
  return (
    <>
      <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
        Save view
      </Button>
      {isOpen && (
        <Suspense>
          <SaveViewDialog place={place} search={search} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
