import { AccessFields } from '../../AccessFields.tsx'
import { type Form, idOf } from '../form.ts'
import { Notices } from './Field.tsx'

/** The wizard page for access and the account manager. */
export function AccessPage({ form }: { form: Form }) {
  const { typed, set, errorAt } = form
  const { access, manager } = typed
  const wrong = errorAt('access') ?? errorAt('access.people') ?? errorAt('access.teams')
  const atManager = errorAt('accountManager')
  return (
    <div id={idOf('access')}>
      <AccessFields
        value={{ ...access, manager }}
        onChange={({ manager, ...access }) => set({ access, manager })}
        errors={{ ...(wrong && { access: wrong }), ...(atManager && { manager: atManager }) }}
      />
      <Notices form={form} at="access" />
    </div>
  )
}
