import '@mantine/core/styles/Switch.css'
import { Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, bodyOf } from '../api/client.ts'
import { Refusal } from '../components/Refusal.tsx'
import { practiceQuery } from '../settings/queries.ts'
import { useHelpers, useMay } from '../shell/useMe.ts'
import type { Member } from './queries.ts'
import classes from './Team.module.css'
import { words } from './words.ts'

/** The switch that requires a second factor of all members; disabled without the right `manage_settings`. */
export function EveryonesFactor({ team }: { team: Member[] }) {
  const queries = useQueryClient()
  const { data: practice } = useQuery(practiceQuery)
  const mayChoose = useMay()('manage_settings')
  const admins = useHelpers('manage_settings')
  const isRequired = practice?.secondFactorRequired ?? false
  const { mutate, error, isPending } = useMutation({
    mutationFn: (secondFactorRequired: boolean) =>
      bodyOf(api.PATCH('/api/v1/practice', { body: { secondFactorRequired } })),
    onSuccess: (saved) => queries.setQueryData(practiceQuery.queryKey, saved),
  })
  const lacking = team.filter(({ twoFactor }) => !twoFactor).length
  return (
    // Hidden instead of absent while loading, so that the content below does not move.
    <section
      aria-label="Everyone needs a second factor"
      className={classes.section}
      style={practice ? undefined : { visibility: 'hidden' }}
    >
      <Switch
        label="Everyone needs a second factor"
        description={mayChoose ? words.lacking(lacking, isRequired) : words.chosenBy(admins)}
        checked={isRequired}
        disabled={!practice || !mayChoose || isPending}
        onChange={(event) => mutate(event.currentTarget.checked)}
      />
      <Refusal error={error} mt="sm" />
    </section>
  )
}
