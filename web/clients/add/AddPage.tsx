import { Text, Title, UnstyledButton } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { kindsIn } from '../../../domain/fields/kinds.ts'
import { api, bodyOf } from '../../api/client.ts'
import { queries } from '../../api/queries.ts'
import { EmptyState } from '../../components/page/EmptyState.tsx'
import { PageTitle } from '../../components/page/PageTitle.tsx'
import { RefusedForm } from '../../components/RefusedForm.tsx'
import { practiceQuery } from '../../settings/queries.ts'
import { useMay, useMe } from '../../shell/useMe.ts'
import { useAdmins } from '../list/allowed.ts'
import classes from './Add.module.css'
import { OpenDrafts } from './drafts/OpenDrafts.tsx'
import { QuickAdd } from './QuickAdd.tsx'
import type { Draft } from './queries.ts'
import { pagesOf } from './steps.ts'
import { words } from './words.ts'

/** Adds a client by name alone, starts the full wizard, or continues a draft. */
export function AddPage() {
  const may = useMay()
  const admins = useAdmins('add_clients')
  if (may('add_clients')) return <Add />
  return (
    <>
      <PageTitle title={words.title} tab={words.title} />
      <EmptyState title="You can’t add clients yet">
        You need the permission “add clients”. {admins} can give it to you.
      </EmptyState>
    </>
  )
}

function Add() {
  const [name, setName] = useState('')
  const [number, setNumber] = useState<string | null>(null)
  const me = useMe()
  return (
    <>
      <PageTitle title={words.title} tab={words.title} />
      <div className={classes.page}>
        <QuickAdd
          looksUp={me.practice?.country === 'GB'}
          name={name}
          number={number}
          onType={(typed) => {
            setName(typed)
            setNumber(null)
          }}
          onChoose={(company) => {
            setName(company.name)
            setNumber(company.number)
          }}
        />
        <Whole name={name} number={number} />
        <OpenDrafts />
      </div>
    </>
  )
}

/** Starts the wizard, carrying over the typed name. Practices outside the UK get one kind of client and no choice. */
function Whole({ name, number }: { name: string; number: string | null }) {
  const router = useRouter()
  const me = useMe()
  const begin = async (kind: Draft['kind']) => {
    // Pressed before the settings are there, the wizard begins with them all the same.
    const practice = await queries.ensureQueryData(practiceQuery).catch(() => null)
    const about = { colleagues: me.colleagues, solutions: practice?.solutions.length ?? 1 }
    const first = pagesOf(kind, about).find(({ reason }) => reason === null)?.step ?? 'details'
    const software = practice?.usualSoftware
    const typed = {
      kind,
      ...(name.trim() && { name }),
      ...(number && { companiesHouseNumber: number }),
      ...(software && { software }),
    }
    const body = { kind, step: first, data: kind === 'business' ? { organisation: typed } : {} }
    const draft = await bodyOf(api.POST('/api/v1/drafts', { body }))
    router.history.push(`/clients/new/${draft.id}/${first}`)
  }
  const { mutate, error, isIdle, isError } = useMutation({ mutationFn: begin })
  const isBusy = !isIdle && !isError
  const kinds = kindsIn(me.practice?.country)
  return (
    <section aria-labelledby="whole" className={classes.section}>
      <Title order={2} id="whole">
        Or set it up fully
      </Title>
      <RefusedForm error={error} />
      <div className={classes.kinds}>
        {kinds.map((kind) => (
          <UnstyledButton
            key={kind}
            className={classes.kind}
            onClick={() => isBusy || mutate(kind)}
            aria-disabled={isBusy}
          >
            <span className={classes.kindTitle}>{kinds.length > 1 ? words.kinds[kind].title : 'Set it up fully'}</span>
            <span className={classes.about}>{words.kinds[kind].about}</span>
          </UnstyledButton>
        ))}
      </div>
      {kinds.length > 1 && (
        <Text size="xs" c="dimmed">
          You can’t change the type later.
        </Text>
      )}
    </section>
  )
}
