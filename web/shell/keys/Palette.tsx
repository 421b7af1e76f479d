import { Combobox, Modal, Text, TextInput, useCombobox } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { onboardingQuery } from '../../clients/detail/queries.ts'
import { rowVerbsOf } from '../../clients/row/rowVerbs.ts'
import { useActAtOnce } from '../../clients/row/useActAtOnce.ts'
import { ClientVerb, type ClientVerbName } from '../../clients/verbs/ClientVerb.tsx'
import { STAGES } from '../../words/states.ts'
import { PLACES } from '../bar/places.ts'
import { useMay } from '../useMe.ts'
import { useFoundClients } from './findClients.ts'
import classes from './Palette.module.css'
import { useKnows } from './useKnows.ts'
import { PLACE_LETTERS } from './useShellKeys.ts'

const TITLE = 'Find a client, a page or an action'

/** A result; `side` shows its key or the client's stage. */
type Found = { id: string; label: string; side?: string; act: () => void }

type Props = {
  typed: string
  onType: (typed: string) => void
  /** Runs when the field has received the focus; keys then reach it without `useShellKeys`. */
  onReady: () => void
  onClose: () => void
}

/** Finds clients, pages and the verbs of the open client. */
export function Palette({ typed, onType, onReady, onClose }: Props) {
  const [verb, setVerb] = useState<ClientVerbName | null>(null)
  const words = typed.trim()
  const [groups, open] = useGroups(words, setVerb)
  const combobox = useCombobox({ opened: true })
  const ids = groups.flatMap(({ items }) => items.map(({ id }) => id)).join()
  // Selects the first result for Enter.
  useEffect(() => void combobox.selectFirstOption(), [ids])

  if (verb && open) return <ClientVerb verb={verb} client={open} onClose={onClose} />
  const take = (id: string) => {
    const found = groups.flatMap(({ items }) => items).find((one) => one.id === id)
    // A verb that opens a dialog keeps the palette mounted; anything else closes it.
    if (!id.startsWith('ask ')) onClose()
    found?.act()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={TITLE}
      withCloseButton={false}
      yOffset="12vh"
      transitionProps={{ duration: 0 }}
    >
      <Combobox store={combobox} onOptionSubmit={take}>
        <Combobox.EventsTarget>
          <TextInput
            className={classes.words}
            data-autofocus
            aria-label={TITLE}
            placeholder="Name, reference, page or action"
            leftSection={<IconSearch size={16} stroke={1.75} />}
            value={typed}
            onChange={(event) => onType(event.currentTarget.value)}
            onFocus={({ currentTarget: field }) => {
              // Puts the caret after the text that was typed before the field was mounted.
              field.setSelectionRange(field.value.length, field.value.length)
              onReady()
            }}
            // Combobox would use Escape to close its results, which are always open here.
            onKeyDown={({ key, nativeEvent }) => key === 'Escape' && !nativeEvent.isComposing && onClose()}
          />
        </Combobox.EventsTarget>
        <Combobox.Options aria-label="Found">
          {groups.map(({ label, items }) => (
            <Combobox.Group key={label} label={label}>
              {items.map(({ id, label, side }) => (
                <Combobox.Option key={id} value={id} className={classes.one}>
                  <Text span inherit truncate>
                    {label}
                  </Text>
                  {side && (
                    <Text span size="xs" c="dimmed" flex="none">
                      {side}
                    </Text>
                  )}
                </Combobox.Option>
              ))}
            </Combobox.Group>
          ))}
          {groups.length === 0 && <Combobox.Empty>Nothing matches “{words}”</Combobox.Empty>}
        </Combobox.Options>
      </Combobox>
    </Modal>
  )
}

type Group = { label: string; items: Found[] }

/** Returns the matching results in groups, and the open client. */
function useGroups(words: string, ask: (verb: ClientVerbName) => void) {
  const router = useRouter()
  const may = useMay()
  const knows = useKnows()
  const actAtOnce = useActAtOnce()
  const { id } = useParams({ strict: false }) as { id?: string }
  const { seesClients, isSearch, clients: rows } = useFoundClients(words)
  const { data: open } = useQuery({ ...onboardingQuery(id ?? ''), enabled: id !== undefined && seesClients })
  const go = (to: string) => () => router.history.push(to)
  const matches = ({ label }: { label: string }) => label.toLowerCase().includes(words.toLowerCase())
  const letters = new Map(Object.entries(PLACE_LETTERS).map(([letter, to]) => [to, `g ${letter}`]))

  const verbs = (open ? rowVerbsOf(open, may) : []).map(({ verb, words, letter }): Found => {
    const isAtOnce = verb === 'copy' || verb === 'wake'
    const act = () => (isAtOnce ? open && actAtOnce(verb, open) : ask(verb))
    return { id: `${isAtOnce ? 'do' : 'ask'} ${verb}`, label: words, side: letter, act }
  })
  const clients = rows.map(
    (row): Found => ({
      id: row.id,
      label: row.organisation.name,
      side: STAGES[row.status].label,
      act: go(`/clients/${row.id}`),
    }),
  )
  const places = [
    ...PLACES.filter(({ right }) => may(right)),
    ...(may('see_clients') ? [{ to: '/clients/board', label: 'Board' }] : []),
    ...(may('add_clients') ? [{ to: '/clients/new', label: 'Add client' }] : []),
    { to: '/me/profile', label: 'My settings' },
    { to: '/me/shortcuts', label: 'Display and keys' },
  ].filter(({ to }) => knows(to))
  const pages = places.map(
    ({ to, label }): Found => ({ id: to, label, side: to === '/clients/new' ? 'n' : letters.get(to), act: go(to) }),
  )
  const groups: Group[] = [
    { label: open?.organisation.name ?? '', items: verbs.filter(matches) },
    { label: isSearch ? 'Clients' : 'Recent clients', items: isSearch ? clients : clients.filter(matches) },
    { label: 'Pages', items: pages.filter(matches) },
  ]
  return [groups.filter(({ items }) => items.length > 0), open] as const
}
