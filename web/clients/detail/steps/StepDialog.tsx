import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { api, bodyOf } from '../../../api/client.ts'
import { ActDialog } from '../../../components/ActDialog.tsx'
import { keep } from '../../verbs/keep.ts'
import { toastUndo } from '../../verbs/toastUndo.tsx'
import { firstOf } from '../../verbs/words.ts'
import type { Onboarding } from '../queries.ts'
import { type Step, stepWords } from './stepWords.ts'

/** Closes a step without a connection: skips it with a reason, or marks it done with evidence. */
export function StepDialog(props: { verb: 'skip' | 'complete'; step: Step; client: Onboarding; onClose: () => void }) {
  const { verb, step, client, onClose } = props
  const [text, setText] = useState('')
  const isSkip = verb === 'skip'
  const { within, done } = stepWords(step.kind)
  const params = { path: { id: client.id, step: step.kind } }
  const act = async () => {
    const written = text.trim()
    keep(
      isSkip
        ? await bodyOf(
            api.POST('/api/v1/onboardings/{id}/steps/{step}/skip', {
              params,
              body: { because: 'other', reason: written },
            }),
          )
        : await bodyOf(
            api.POST('/api/v1/onboardings/{id}/steps/{step}/complete', { params, body: { evidence: written } }),
          ),
    )
    const undo = async () => keep(await bodyOf(api.POST('/api/v1/onboardings/{id}/steps/{step}/reopen', { params })))
    toastUndo(isSkip ? `Skipped ${within}.` : `Marked ${within} as done.`, undo)
  }
  const whom = step.owner === 'client' ? firstOf(client) : 'Nobody here'
  return (
    <ActDialog
      title={isSkip ? `Skip ${within}?` : `Mark ${within} as done?`}
      says={
        isSkip
          ? `${whom} is ${step.owner === 'client' ? 'no longer asked' : 'reminded of it any more'}. Reports leave it out of that step.`
          : 'No data flows because of this. Evidence is kept in the timeline.'
      }
      label={isSkip ? 'Skip' : 'Mark done'}
      keep="Keep it"
      isReady={text.trim() !== ''}
      act={act}
      onClose={onClose}
    >
      <Textarea
        label={isSkip ? 'Reason' : 'Evidence'}
        description={isSkip ? undefined : done}
        required
        maxLength={isSkip ? 500 : 1000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
    </ActDialog>
  )
}
