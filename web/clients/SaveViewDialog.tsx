import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../api/client.ts'
import { asProblem, type Problem } from '../api/problem.ts'
import { useMay } from '../shell/useMe.ts'
import { sentenceOf } from '../words/problems.ts'
import { type ListSearch, readListSearch } from './listSearch.ts'
import { type ListPlace, savedViewsQuery } from './savedViews.ts'

/** Asks for a name, and whether everyone gets the view; only who looks after all clients may give it to everyone. */
export function SaveViewDialog(props: { place: ListPlace; search: ListSearch; onClose: () => void }) {
  const { place, search, onClose } = props
  const may = useMay()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [everyone, setEveryone] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const errorOfName = problem?.fields.find(({ field }) => field === 'name')?.message
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(null)
    try {
      await api.POST('/api/v1/views', {
        body: { name, place: place === '/clients' ? 'list' : 'board', search: readListSearch(search), everyone },
      })
      await queries.invalidateQueries({ queryKey: savedViewsQuery.queryKey })
      notifications.show({ message: `Saved as “${name.trim()}”`, role: 'status' })
      onClose()
    } catch (error) {
      setProblem(asProblem(error))
      setBusy(false)
    }
  }
  return (
    <Modal opened centered onClose={onClose} title="Save view" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={save} noValidate>
        <Stack gap="lg">
          <TextInput
            label="Name"
            description="The view keeps the filters, the search and the order."
            maxLength={40}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorOfName}
            data-autofocus
          />
          {may('assign_clients') && (
            <Checkbox
              label="For everyone in the practice"
              checked={everyone}
              onChange={(event) => setEveryone(event.currentTarget.checked)}
            />
          )}
          {problem && !errorOfName && (
            <Text size="sm" c="danger" role="alert">
              {sentenceOf(problem)}
            </Text>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose} disabled={isBusy}>
              Not now
            </Button>
            <Button type="submit" loading={isBusy}>
              Save view
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
