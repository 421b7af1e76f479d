import { Button, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { listed } from '../../domain/practice/rightWords.ts'
import { api, bodyOf } from '../api/client.ts'
import { Refusal } from '../components/Refusal.tsx'
import { Time } from '../components/Time.tsx'
import type { SupportPractice } from './queries.ts'

/** Explains why support has no access to the practice, and requests it where possible. */
export function AskAccess({ practice }: { practice: SupportPractice }) {
  const { id, name, access, askedAt } = practice
  const queries = useQueryClient()
  const ask = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/support/practices/{id}/access', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['support'] }),
  })
  if (access === 'never') {
    return (
      <Text size="sm">{name} doesn’t allow support access. Ask them to change it in Settings &gt; Support access.</Text>
    )
  }
  if (ask.data) {
    return (
      <Text size="sm" role="status">
        {ask.data.admins.length > 0
          ? `Asked. ${listed(ask.data.admins.map((admin) => admin.name))} ${ask.data.admins.length === 1 ? 'was' : 'were'} told.`
          : 'Asked. The practice sees it in its settings.'}
      </Text>
    )
  }
  return (
    <Stack gap="lg" align="flex-start">
      <Text size="sm">
        {name} lets support in on request.{' '}
        {askedAt && (
          <>
            Asked <Time at={askedAt} as="past" />, not answered yet.
          </>
        )}
      </Text>
      <Refusal error={ask.error} />
      {!askedAt && (
        <Button loading={ask.isPending} onClick={() => ask.mutate()} data-autofocus>
          Ask for 4 hours
        </Button>
      )}
    </Stack>
  )
}
