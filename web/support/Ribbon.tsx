import { Button } from '@mantine/core'
import { IconLifebuoy } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { toastFailure } from '../components/toast.ts'
import { useNow } from '../components/useNow.ts'
import { useZone } from '../shell/useMe.ts'
import { practiceQuery, type SupportPractice } from './queries.ts'
import classes from './Support.module.css'
import { untilOf } from './words.ts'

/** The bar on every page of a helped practice: its name, the end of the access, and that everything is recorded. */
export function Ribbon({ practice: { id, name, until } }: { practice: SupportPractice }) {
  const zone = useZone()
  const now = useNow()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const end = useMutation({
    mutationFn: () => bodyOf(api.DELETE('/api/v1/support/practices/{id}/access', { params: { path: { id } } })),
    onError: toastFailure,
    onSuccess: (stands) => {
      queries.setQueryData(practiceQuery(id).queryKey, stands)
      return navigate({ to: '/support' })
    },
  })
  // Reads the access again when it ends, which closes the page.
  useEffect(() => {
    if (until === null) return
    const left = Math.max(0, Date.parse(until) - Date.now()) + 500
    const ending = setTimeout(() => void queries.invalidateQueries({ queryKey: practiceQuery(id).queryKey }), left)
    return () => clearTimeout(ending)
  }, [until, id, queries])
  return (
    <aside className={classes.ribbon} aria-label="Support">
      <IconLifebuoy size={16} stroke={1.75} aria-hidden="true" className={classes.icon} />
      <span>
        <strong>Support</strong> · {name} · access {until ? `until ${untilOf(until, now, zone)}` : 'always'} ·
        everything you open is recorded and shown to them
      </span>
      {until ? (
        <Button variant="default" size="compact-sm" loading={end.isPending} onClick={() => end.mutate()}>
          End
        </Button>
      ) : (
        <Button variant="default" size="compact-sm" onClick={() => void navigate({ to: '/support' })}>
          Leave
        </Button>
      )}
    </aside>
  )
}
