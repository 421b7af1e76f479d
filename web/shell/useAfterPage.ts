import { useIsFetching } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

/** The time in ms without running queries after which the page counts as loaded. */
const AFTER_MS = 750

/** Returns true once the page has loaded; parts outside the first load wait for it. */
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
