import { useParams } from '@tanstack/react-router'

/** Returns the address of a client's pages; for support, the one below the practice that it helps. */
export function useClientPath(id: string): string {
  const { practice } = useParams({ strict: false })
  return practice ? `/support/${practice}/clients/${id}` : `/clients/${id}`
}
