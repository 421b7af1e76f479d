import '@mantine/core/styles/CheckboxCard.css'
import '@mantine/core/styles/CheckboxIndicator.css'
import { Checkbox } from '@mantine/core'
import { solutionOf } from '../../../words/solutions.ts'
import { type Form, idOf } from '../form.ts'
import classes from '../Wizard.module.css'

const AT = 'organisation.solutions'

/** The wizard page for the solutions that the practice provides to the client. */
export function SolutionsPage({ form }: { form: Form }) {
  const { typed, set, practice, errorAt } = form
  return (
    <Checkbox.Group
      id={idOf(AT)}
      label="What will you do for this client?"
      value={typed.solutions}
      onChange={(solutions) => set({ solutions })}
      error={errorAt(AT)}
      required
    >
      <div className={classes.cards}>
        {practice.solutions.map((solution) => (
          <Checkbox.Card key={solution} value={solution} className={classes.card}>
            <Checkbox.Indicator />
            <span>{solutionOf(solution)}</span>
          </Checkbox.Card>
        ))}
      </div>
    </Checkbox.Group>
  )
}
