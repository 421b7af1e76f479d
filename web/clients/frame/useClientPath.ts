import { useParams } from '@tanstack/react-router'

/** Where a client's pages stand for whoever looks: support reaches them below the practice that it helps. */
export function useClientPath(id: string): string {
  const { practice } = useParams({ strict: false })
  return practice ? `/support/${practice}/clients/${id}` : `/clients/${id}`
}
