import { Button, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { queries } from '../../../api/queries.ts'
import { Time } from '../../../components/Time.tsx'
import { problemSentence } from '../../../words/problems.ts'
import classes from '../Add.module.css'
import { type Draft, draftsQuery } from '../queries.ts'
import { labelOf } from '../steps.ts'
import { words } from '../words.ts'
import { DeleteDraft } from './DeleteDraft.tsx'
import { type Typed, typedOf } from './typed.ts'

/** Returns the name of a draft so far, or a placeholder. */
export const nameOf = (kind: Draft['kind'], { name, contactName }: Pick<Typed, 'name' | 'contactName'>): string =>
  (kind === 'business' ? name : contactName).trim() || 'No name yet'

/** Lists the member's unfinished drafts; renders nothing if there are none. */
export function OpenDrafts() {
  const { data: drafts, error } = useQuery(draftsQuery)
  const [leaving, setLeaving] = useState<Draft | null>(null)
  if (error && !drafts) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {problemSentence(error)}
      </Text>
    )
  }
  if (!drafts || drafts.length === 0) return null
  return (
    <section aria-labelledby="begun" className={classes.section}>
      <Title order={2} id="begun">
        Not finished yet
      </Title>
      <ul className={classes.drafts}>
        {drafts.map((draft) => {
          const name = nameOf(draft.kind, typedOf(draft))
          return (
            <li key={draft.id} className={classes.draft}>
              <div className={classes.named}>
                <Text size="sm" fw={600} truncate title={name}>
                  {name}
                </Text>
                <Text size="xs" c="dimmed">
                  {words.kinds[draft.kind].title} · {labelOf(draft.step)} · saved <Time at={draft.updatedAt} />
                </Text>
              </div>
              <div className={classes.verbs}>
                <Button
                  variant="default"
                  renderRoot={(props) => (
                    <Link to="/clients/new/$draft/$step" params={{ draft: draft.id, step: draft.step }} {...props} />
                  )}
                  aria-label={`${words.goOn} with ${name}`}
                >
                  {words.goOn}
                </Button>
                <Button
                  variant="subtle"
                  color="gray"
                  aria-label={`${words.deleteDraft} of ${name}`}
                  onClick={() => setLeaving(draft)}
                >
                  {words.deleteDraft}
                </Button>
              </div>
            </li>
          )
        })}
      </ul>
      {leaving && (
        <DeleteDraft
          draft={leaving}
          onClose={() => setLeaving(null)}
          onDone={async () => {
            setLeaving(null)
            await queries.invalidateQueries({ queryKey: draftsQuery.queryKey, exact: true })
          }}
        />
      )}
    </section>
  )
}
