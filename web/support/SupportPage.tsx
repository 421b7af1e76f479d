import { Button, Modal, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { EmptyState } from '../components/page/EmptyState.tsx'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import { Hidden } from '../components/plain/Hidden.tsx'
import { MoveChip, None, Stage } from '../components/plain/States.tsx'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/useNow.ts'
import { useMay, useZone } from '../shell/useMe.ts'
import { AskAccess } from './AskAccess.tsx'
import { LiftDialog } from './LiftDialog.tsx'
import { type Found, foundQuery, practiceQuery, type SupportPractice } from './queries.ts'
import { SignInMails } from './SignInMails.tsx'
import classes from './Support.module.css'
import { Troubles } from './Troubles.tsx'
import { accessOf } from './words.ts'

const route = getRouteApi('/staff/support')
const SEARCH_MS = 200
const SHORTEST = 3

/** Searches the clients of all practices; the home page of support. */
export function SupportPage() {
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay()
  const [typed, setTyped] = useState(q)
  const [asking, setAsking] = useState<SupportPractice | null>(null)
  const [lifting, setLifting] = useState<SupportPractice | null>(null)
  useEffect(() => setTyped(q), [q])
  const search = useDebouncedCallback((text: string) => {
    const next = text.trim()
    if ([...next].length >= SHORTEST || next === '') {
      void navigate({ search: next ? { q: next } : {}, replace: true, resetScroll: false })
    }
  }, SEARCH_MS)
  const found = useQuery({
    ...foundQuery(q),
    enabled: [...q].length >= SHORTEST && may('help_practices'),
    placeholderData: keepPreviousData,
  })
  if (!may('help_practices')) {
    return (
      <>
        <PageTitle title="Support" />
        <EmptyState title="This is for Embark’s own support">You find your clients under Clients.</EmptyState>
      </>
    )
  }
  return (
    <>
      <PageTitle title="Support" />
      <Troubles />
      <search>
        <TextInput
          aria-label="Client, email, phone, reference, practice code or message id"
          placeholder="Client, email, phone, reference, practice code or message id"
          type="search"
          leftSection={<IconSearch size={16} stroke={1.75} />}
          maw={640}
          value={typed}
          maxLength={200}
          autoFocus
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            search(event.currentTarget.value)
          }}
        />
      </search>
      {q === '' ? (
        <EmptyState title="Find a client of any practice">
          Before a practice lets you in you see its name, the client’s and the stage. What you open is recorded and
          shown to the practice.
        </EmptyState>
      ) : found.error ? (
        <ErrorState title="We couldn’t search" error={found.error} onRetry={found.refetch} />
      ) : !found.data ? (
        <Stack gap="sm" mt="lg" aria-busy="true">
          <Skeleton height={56} />
          <Skeleton height={56} />
          <Skeleton height={56} />
        </Stack>
      ) : found.data.items.length + found.data.mails.length === 0 ? (
        <EmptyState title="Nothing found in any practice">
          A message id looks like 01980c1e-7f3a-7b21-9c55-0d2f6a1b3c4d or SM and 32 letters and figures; a reference
          like EM-7K2P49.
        </EmptyState>
      ) : (
        <>
          {found.data.items.length > 0 && <FoundTable items={found.data.items} onAsk={setAsking} onLift={setLifting} />}
          {found.data.mails.length > 0 && <SignInMails mails={found.data.mails} />}
        </>
      )}
      {asking && <AskDialog practice={asking} onClose={() => setAsking(null)} />}
      {lifting && <LiftDialog practice={lifting} onClose={() => setLifting(null)} />}
    </>
  )
}

type FoundTableProps = {
  items: Found[]
  onAsk: (practice: SupportPractice) => void
  onLift: (practice: SupportPractice) => void
}

function FoundTable({ items, onAsk, onLift }: FoundTableProps) {
  const zone = useZone()
  const now = useNow()
  return (
    <div className={classes.frame}>
      <Table className={classes.table} aria-label="Clients found">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.practice}>Practice</Table.Th>
            <Table.Th className={classes.client}>Client</Table.Th>
            <Table.Th className={classes.stage}>Stage</Table.Th>
            <Table.Th>Situation</Table.Th>
            <Table.Th className={classes.access}>Access</Table.Th>
            <Table.Th className={classes.do}>
              <Hidden>Open or ask</Hidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ id, practice, client, stage, situation }) => (
            <Table.Tr key={id}>
              <Table.Td title={practice.name}>
                {practice.name}
                {practice.limited && (
                  <Button
                    variant="subtle"
                    size="compact-xs"
                    className={classes.limit}
                    aria-label={`Lift daily limit of ${practice.name}`}
                    onClick={() => onLift(practice)}
                  >
                    Lift daily limit
                  </Button>
                )}
              </Table.Td>
              <Table.Th scope="row" title={client}>
                {client}
              </Table.Th>
              <Table.Td>
                <Stage stage={stage} />
              </Table.Td>
              <Table.Td className={classes.situation}>
                {situation ? (
                  <>
                    <span className={classes.sentence}>
                      <MoveChip move={situation.move} />
                      <span title={situation.sentence}>{situation.sentence}</span>
                    </span>
                    <Text span display="block" size="xs" c="dimmed">
                      since <Time at={situation.since} as="since" />
                    </Text>
                  </>
                ) : (
                  <None />
                )}
              </Table.Td>
              <Table.Td data-label="Access">{accessOf(practice, now, zone)}</Table.Td>
              <Table.Td className={classes.do}>
                {practice.access === 'given' ? (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={`Open ${client} of ${practice.name}`}
                    renderRoot={(props) => (
                      <Link
                        to="/support/$practice/clients/$id"
                        params={{ practice: practice.id, id }}
                        preload={false}
                        {...props}
                      />
                    )}
                  >
                    Open
                  </Button>
                ) : (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={`Ask ${practice.name} about ${client}`}
                    onClick={() => onAsk(practice)}
                  >
                    Ask
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function AskDialog({ practice, onClose }: { practice: SupportPractice; onClose: () => void }) {
  const { data = practice } = useQuery({ ...practiceQuery(practice.id), initialData: practice })
  return (
    <Modal opened centered onClose={onClose} title="Support access">
      {data.access === 'given' ? `${data.name} has let support in.` : <AskAccess practice={data} />}
    </Modal>
  )
}
