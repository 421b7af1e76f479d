import { useIsFetching } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

/** So long after the page has read what it shows. */
const AFTER_MS = 750

/** Whether the page has come: what is no part of its first load is loaded from then on. */
export function useAfterPage(): boolean {
  const [hasCome, setCome] = useState(false)
  const isBusy = useIsFetching() > 0
  useEffect(() => {
    if (isBusy) return
    const timer = setTimeout(() => setCome(true), AFTER_MS)
    return () => clearTimeout(timer)
  }, [isBusy])
  return hasCome
}
