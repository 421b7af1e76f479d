import { createScopedKeydownHandler, TextInput, UnstyledButton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link, useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { choosePractice } from '../../api/client.ts'
import { useFoundClients } from '../keys/findClients.ts'
import { useKnows } from '../keys/useKnows.ts'
import { useMay, useMe } from '../useMe.ts'
import classes from './Places.module.css'

/** Moves the focus between the search field and the places below it. */
const moveFocus = createScopedKeydownHandler({
  parentSelector: '[data-places]',
  siblingSelector: '[data-place]',
  orientation: 'vertical',
}) as (event: KeyboardEvent<HTMLElement>) => void

/** The content of the switcher: other clients, a new one, and other practices. `onGo` runs when one is chosen. */
export function Places({ onGo }: { onGo: () => void }) {
  const me = useMe()
  const may = useMay()
  const knows = useKnows()
  const router = useRouter()
  const field = useRef<HTMLInputElement>(null)
  const title = useId()
  const [typed, setTyped] = useState('')
  const { seesClients, words, isSearch, clients } = useFoundClients(typed)
  // Practices that let this person in as support are reached through the Support page.
  const others = me.practices.filter(({ id, role }) => role !== 'support' && id !== me.practice?.id)
  // The field is drawn after the focus has moved into the popover.
  useEffect(() => field.current?.focus(), [])
  const place = { className: classes.place, 'data-place': true, onKeyDown: moveFocus }
  const onFieldKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown') moveFocus(event)
    const [first] = clients
    if (event.key !== 'Enter' || !isSearch || !first) return
    onGo()
    router.history.push(`/clients/${first.id}`)
  }
  return (
    <div data-places>
      {seesClients && (
        <>
          <TextInput
            ref={field}
            data-place
            placeholder="Search clients"
            aria-label="Search clients"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={onFieldKey}
          />
          {(clients.length > 0 || isSearch) && (
            <p id={`${title}-clients`} role={isSearch ? 'status' : undefined} className={classes.label}>
              {!isSearch ? 'Recent clients' : clients.length > 0 ? 'Clients' : `No client matches “${words}”`}
            </p>
          )}
          <ul aria-labelledby={`${title}-clients`}>
            {clients.map((one) => (
              <li key={one.id}>
                <Link to={`/clients/${one.id}` as string} onClick={onGo} {...place}>
                  {one.organisation.name}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      {may('add_clients') && knows('/clients/new') && (
        <Link to={'/clients/new' as string} onClick={onGo} {...place}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          New organisation
        </Link>
      )}
      {others.length > 0 && (
        <>
          <p id={`${title}-practices`} className={`${classes.label} ${classes.apart}`}>
            Other practices
          </p>
          <ul aria-labelledby={`${title}-practices`}>
            {others.map((one) => (
              <li key={one.id}>
                <UnstyledButton onClick={() => choosePractice(one.id)} {...place}>
                  {one.name}
                </UnstyledButton>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
