import '@mantine/core/styles/Switch.css'
import { Switch, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, bodyOf } from '../api/client.ts'
import { asProblem } from '../api/problem.ts'
import { practiceQuery } from '../settings/queries.ts'
import { useHelpers, useMay } from '../shell/useMe.ts'
import { problemSentence } from '../words/problems.ts'
import type { Member } from './queries.ts'
import classes from './Team.module.css'
import { words } from './words.ts'

/** The switch that requires a second factor of all members; disabled without the right `manage_settings`. */
export function EveryonesFactor({ team }: { team: Member[] }) {
  const queries = useQueryClient()
  const { data: practice } = useQuery(practiceQuery)
  const mayChoose = useMay()('manage_settings')
  const admins = useHelpers('manage_settings')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const isRequired = practice?.secondFactorRequired ?? false
  const change = async (secondFactorRequired: boolean) => {
    setBusy(true)
    setRefusal(null)
    try {
      const saved = await bodyOf(api.PATCH('/api/v1/practice', { body: { secondFactorRequired } }))
      queries.setQueryData(practiceQuery.queryKey, saved)
    } catch (error) {
      setRefusal(problemSentence(asProblem(error)))
    } finally {
      setBusy(false)
    }
  }
  const lacking = team.filter(({ twoFactor }) => !twoFactor).length
  return (
    // Hidden instead of absent while loading, so that the content below does not move.
    <section
      aria-label={words.everyonesFactor}
      className={classes.section}
      style={practice ? undefined : { visibility: 'hidden' }}
    >
      <Switch
        label={words.everyonesFactor}
        description={mayChoose ? words.lacking(lacking, isRequired) : words.chosenBy(admins)}
        checked={isRequired}
        disabled={!practice || !mayChoose || isBusy}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
      {refusal && (
        <Text size="sm" c="danger" role="alert" mt="sm">
          {refusal}
        </Text>
      )}
    </section>
  )
}
