import { Button, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Software } from '../../../domain/connections/ledgers.ts'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { queries } from '../../api/queries.ts'
import { RefusedForm } from '../../components/RefusedForm.tsx'
import { Select } from '../../components/Select.tsx'
import { toast } from '../../components/toast.ts'
import { practiceQuery } from '../../settings/queries.ts'
import { SOFTWARE_CHOICES } from '../settings/details.ts'
import { keep } from '../verbs/keep.ts'
import classes from './Add.module.css'
import { Namesake } from './Namesake.tsx'
import { CompanyField } from './pages/CompanyField.tsx'
import { words } from './words.ts'

/** Creates a client from its name, and its software if that is known. `number` is the chosen company's Companies House number. */
export function QuickAdd(props: {
  looksUp: boolean
  name: string
  number: string | null
  onType: (name: string) => void
  onChoose: (company: { name: string; number: string }) => void
}) {
  const { name, number, ...field } = props
  const router = useRouter()
  const { data: practice } = useQuery(practiceQuery)
  const [chosen, setChosen] = useState<string | null>(null)
  const [softwareName, setSoftwareName] = useState('')
  const software = (chosen ?? practice?.usualSoftware ?? 'unknown') as Software
  const create = async () => {
    const organisation = {
      name: name.trim(),
      software,
      ...(software === 'other' && { softwareName: softwareName.trim() }),
      ...(number && { companiesHouseNumber: number }),
    }
    const { notices, ...created } = await bodyOf(api.POST('/api/v1/onboardings', { body: { organisation } }))
    if (notices.length > 0) {
      const said = notices.map(({ code, message, client }) => (
        <div key={code}>
          {message}
          {client && <Namesake client={client} />}
        </div>
      ))
      // A toast with a link stays 15 s, long enough to reach the link.
      toast(said, notices.some(({ client }) => client) ? 15_000 : undefined)
    }
    keep(created)
    void queries.invalidateQueries({ queryKey: ['onboardings'] })
    await router.navigate({ to: '/clients/$id', params: { id: created.id }, state: { isNew: true } })
  }
  const { mutate, error, isPending } = useMutation({
    mutationFn: create,
    onError: () => document.getElementById('company')?.focus(),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isPending) mutate()
  }
  const errorAt = (of: string) => asProblem(error).at(of)
  const atName = errorAt('organisation.name')
  const isAtField = atName ?? errorAt('organisation.softwareName')
  return (
    <Paper p="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {!isAtField && <RefusedForm error={error} />}
          <div className={classes.quick}>
            <div>
              <CompanyField
                id="company"
                label="Company name"
                description={words.nameHint}
                value={name}
                error={atName}
                isFirst
                {...field}
              />
              <Select label="Software" data={SOFTWARE_CHOICES} value={software} onChange={setChosen} mt="md" />
              {software === 'other' && (
                <TextInput
                  label="Which software"
                  value={softwareName}
                  onChange={(event) => setSoftwareName(event.currentTarget.value)}
                  error={errorAt('organisation.softwareName')}
                  autoComplete="off"
                  mt="md"
                />
              )}
              {number && (
                <Text size="xs" c="dimmed">
                  Companies House number {number}
                </Text>
              )}
            </div>
            <Button type="submit" loading={isPending}>
              {isPending ? words.creating : words.create}
            </Button>
          </div>
        </Stack>
      </form>
    </Paper>
  )
}
