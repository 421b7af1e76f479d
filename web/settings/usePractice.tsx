import { Skeleton, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { asProblem } from '../api/problem.ts'
import { ErrorState } from '../components/page/ErrorState.tsx'
import { PageTitle } from '../components/page/PageTitle.tsx'
import type { paths } from '../generated/api.ts'
import { meQuery } from '../shell/useMe.ts'
import { type Practice, practiceQuery } from './queries.ts'
import { isSame, type Section, useSection } from './useSection.ts'

type Change = paths['/api/v1/practice']['patch']['requestBody']['content']['application/json']

const TRIES = 3

/**
 * A section of the practice's settings. `pick` selects its fields, `changeOf` returns the body of the PATCH, by default
 * the fields as they are. If the version has moved on but this section's fields have not, the save is tried again;
 * otherwise it is a conflict.
 */
export function usePracticeSection<T extends Change>(practice: Practice, pick: (practice: Practice) => T): Section<T>
export function usePracticeSection<T extends object>(
  practice: Practice,
  pick: (practice: Practice) => T,
  changeOf: (given: T) => Change,
): Section<T>
export function usePracticeSection<T extends object>(
  practice: Practice,
  pick: (practice: Practice) => T,
  changeOf: (given: T) => Change = (given) => given,
): Section<T> {
  const queries = useQueryClient()
  return useSection(pick(practice), practice.version, async ({ given, base, mark }) => {
    let version = mark
    for (let tries = 1; ; tries += 1) {
      try {
        const header = { 'If-Match': `"v${version}"` }
        const saved = await bodyOf(api.PATCH('/api/v1/practice', { params: { header }, body: changeOf(given) }))
        queries.setQueryData(practiceQuery.queryKey, saved)
        await queries.invalidateQueries({ queryKey: meQuery.queryKey })
        return
      } catch (error) {
        if (asProblem(error).code !== 'changed_meanwhile') throw error
        const fresh = await queries.fetchQuery({ ...practiceQuery, staleTime: 0 })
        if (tries === TRIES || !isSame(pick(fresh), base)) throw error
        version = fresh.version
      }
    }
  })
}

/** A page of settings. Draws its children once the practice is loaded, with loading and error states. */
export function SettingsPage({ title, children }: { title: string; children: (practice: Practice) => ReactNode }) {
  const { data, error, refetch } = useQuery(practiceQuery)
  return (
    <>
      <PageTitle title={title} tab={`${title} · Settings`} />
      {data ? (
        children(data)
      ) : error ? (
        <ErrorState title="We couldn’t load the settings" error={error} onRetry={refetch} />
      ) : (
        <Stack gap="lg" aria-busy="true" maw={640}>
          <Skeleton height={52} />
          <Skeleton height={52} />
          <Skeleton height={52} />
        </Stack>
      )}
    </>
  )
}
