import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import { toast } from '../../../components/toast.ts'
import type { Onboarding } from '../queries.ts'

/** Shows the toast "connected" once after the return from the ledger, which adds `?connected=books` to the address. */
export function useConnectedToast({ connections, organisation }: Onboarding): void {
  const { connected } = useSearch({ strict: false }) as { connected?: unknown }
  const { history } = useRouter()
  const books = connections.find(({ kind }) => kind === 'books')
  const said =
    connected === 'books' && books ? `${softwareLabel(books.provider)} connected to ${organisation.name}` : null
  useEffect(() => {
    if (said === null) return
    toast(said)
    history.replace(history.location.pathname)
  }, [said, history])
}
