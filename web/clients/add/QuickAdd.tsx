import { Alert, Button, Paper, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { SOFTWARE, type Software, softwareLabel } from '../../../domain/ledgers.ts'
import { api, bodyOf } from '../../api/client.ts'
import { asProblem, type Problem } from '../../api/problem.ts'
import { Select } from '../../components/Select.tsx'
import { toast } from '../../components/toast.ts'
import { problemSentence } from '../../words/problems.ts'
import { keep } from '../verbs/keep.ts'
import classes from './Add.module.css'
import { Namesake } from './Namesake.tsx'
import { CompanyField } from './pages/CompanyField.tsx'
import { words } from './words.ts'

/** The software to choose from; the name of other software is asked in the wizard. */
const QUICK_CHOICES = SOFTWARE.filter((one) => one !== 'other').map((value) => ({ value, label: softwareLabel(value) }))

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
  const queries = useQueryClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [software, setSoftware] = useState<string>('unknown')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy) return
    setProblem(null)
    setBusy(true)
    try {
      const { notices, ...created } = await bodyOf(
        api.POST('/api/v1/onboardings', {
          body: {
            organisation: {
              name: name.trim(),
              software: software as Software,
              ...(number && { companiesHouseNumber: number }),
            },
          },
        }),
      )
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
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
      document.getElementById('company')?.focus()
    }
  }
  const atName = problem?.fields.find(({ field }) => field === 'organisation.name')?.message
  return (
    <Paper p="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          {problem && !atName && (
            <Alert color="danger" variant="light" role="alert">
              {problemSentence(problem)}
            </Alert>
          )}
          <div className={classes.quick}>
            <div>
              <CompanyField
                id="company"
                label={words.companyName}
                description={words.nameHint}
                value={name}
                error={atName}
                isFirst
                {...field}
              />
              <Select
                label="Software"
                allowDeselect={false}
                data={QUICK_CHOICES}
                value={software}
                onChange={(chosen) => setSoftware(chosen ?? 'unknown')}
                mt="md"
              />
              {number && (
                <Text size="xs" c="dimmed">
                  Companies House number {number}
                </Text>
              )}
            </div>
            <Button type="submit" loading={isBusy}>
              {isBusy ? words.creating : words.create}
            </Button>
          </div>
        </Stack>
      </form>
    </Paper>
  )
}
