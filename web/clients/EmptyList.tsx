import { Anchor, Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../components/EmptyState.tsx'
import { useKnows } from '../shell/useKnows.ts'
import { useMay, useMe } from '../shell/useMe.ts'
import type { ListSearch } from './listSearch.ts'
import { EMPTY_VIEWS } from './viewWords.ts'

/** `Rosa Marsh and Ann Lowe`: who can help. */
export function useAdmins(): string {
  const names = useMe().admins.map(({ name }) => name)
  if (names.length === 0) return 'Your practice’s admin'
  const [first, second, ...more] = names
  if (!second) return first ?? ''
  return more.length > 0 ? `${first}, ${second} and ${more.length} more` : `${first} and ${second}`
}

/** Why a list holds nobody, and the way on. `isFirst`: the practice has no clients at all. */
export function EmptyList(props: {
  search: ListSearch
  isFirst: boolean
  onChange: (changes: Partial<ListSearch>) => void
}) {
  const { search, isFirst, onChange } = props
  const may = useMay()
  const { plan } = useMe().practice ?? { plan: 'plus' }
  const admins = useAdmins()
  const knows = useKnows()
  const { q, stage, move, manager, view = 'attention' } = search
  if (!may('see_clients')) {
    return (
      <EmptyState title="You can’t see any clients yet">
        {admins} can give you access. Tell them which clients you work on.
      </EmptyState>
    )
  }
  if (q) {
    return (
      <EmptyState
        title={`No client matches “${q}”`}
        action={
          <Button variant="default" onClick={() => onChange({ q: undefined })}>
            Clear search
          </Button>
        }
      >
        Names, emails, phone numbers, references and practice codes were searched in{' '}
        {view === 'all' ? 'all stages' : 'this view'}.
        {view !== 'all' && (
          <>
            {' '}
            <Anchor
              inherit
              renderRoot={(props) => <Link to="/clients" search={{ ...search, view: 'all' }} {...props} />}
            >
              Search all clients
            </Anchor>
          </>
        )}
      </EmptyState>
    )
  }
  if (stage || move || manager) {
    return (
      <EmptyState
        title="No client matches these filters"
        action={
          <Button variant="default" onClick={() => onChange({ stage: undefined, move: undefined, manager: undefined })}>
            Clear filters
          </Button>
        }
      />
    )
  }
  if (isFirst) {
    const add = knows('/clients/new') && may('add_clients')
    return (
      <EmptyState
        title="Add your first client"
        action={
          add && (
            <Button component={Link} to={'/clients/new' as string}>
              Add client
            </Button>
          )
        }
      >
        {may('add_clients')
          ? 'A company name is enough. Embark invites, reminds and tells you when the bank and the books are connected.'
          : `${admins} can add clients.`}
      </EmptyState>
    )
  }
  const [title, text] = EMPTY_VIEWS[view]
  const isPlanned = view === 'mine' && plan !== 'plus'
  return (
    <EmptyState
      title={title}
      action={
        <Anchor renderRoot={(props) => <Link to="/clients" search={{ view: 'all' }} {...props} />}>
          See all clients
        </Anchor>
      }
    >
      {isPlanned ? `My clients is part of the Plus plan. ${admins} can change it.` : text}
    </EmptyState>
  )
}
