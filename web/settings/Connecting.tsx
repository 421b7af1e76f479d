import { Checkbox } from '@mantine/core'
import { LEDGERS } from '../../domain/connections/ledgers.ts'
import { Select } from '../components/Select.tsx'
import type { Practice } from './queries.ts'
import { SectionForm } from './SectionForm.tsx'
import { usePracticeSection } from './usePractice.tsx'

const NO_SOFTWARE = 'none'

/** Chooses the software of new clients, and lets clients connect theirs themselves or not. */
export function Software({ practice }: { practice: Practice }) {
  const section = usePracticeSection(
    practice,
    ({ usualSoftware, clientsConnectBooks }) => ({ usualSoftware, clientsConnectBooks }),
    (given) => given as typeof given & { usualSoftware: (typeof LEDGERS)[number]['id'] | null },
  )
  const { given, set, errorAt, tick } = section
  return (
    <SectionForm title="Software" section={section}>
      <Select
        label="Software most of your clients use"
        description="Chosen already when you add a client. You can choose another."
        data={[{ value: NO_SOFTWARE, label: 'It differs' }, ...LEDGERS.map(({ id, label }) => ({ value: id, label }))]}
        value={given.usualSoftware ?? NO_SOFTWARE}
        onChange={(chosen) => set({ usualSoftware: LEDGERS.find(({ id }) => id === chosen)?.id ?? null })}
        error={errorAt('usualSoftware')}
      />
      <Checkbox
        label="Clients may connect their software themselves"
        description="On their page Integrations, if the books are still open. You can always do it."
        {...tick('clientsConnectBooks')}
      />
    </SectionForm>
  )
}

/** Lets colleagues confirm for clients what a bank shares, or not. */
export function BankAccess({ practice }: { practice: Practice }) {
  const section = usePracticeSection(practice, ({ confirmForClients }) => ({ confirmForClients }))
  return (
    <SectionForm title="Bank access" section={section}>
      <Checkbox
        label="Colleagues may confirm for clients who have agreed"
        description="Not every bank allows this. You must be able to show that the client agreed."
        {...section.tick('confirmForClients')}
      />
    </SectionForm>
  )
}
