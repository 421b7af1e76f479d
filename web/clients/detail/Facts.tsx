import { None } from '../../components/plain/States.tsx'
import { nameOfCountry } from '../../words/regions.ts'
import { solutionOf } from '../../words/solutions.ts'
import { phoneOf } from '../verbs/words.ts'
import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'
import { Section } from './Section.tsx'

const INCOME = { self_employment: 'self-employment', uk_property: 'UK property' }

/** What is known of the business: contact, address, numbers, solutions, currency. */
export function Facts({ client }: { client: Onboarding }) {
  const { organisation } = client
  // Whoever was only ever invited is whom the practice talks to.
  const contact = organisation.contact ?? client.invitation
  const isBusiness = organisation.kind === 'business'
  const facts: [label: string, value: string | null][] = [
    [
      'Contact',
      [contact?.name, contact?.email, contact?.phone && phoneOf(contact.phone)].filter(Boolean).join(', ') || null,
    ],
    ['Documents to', organisation.intakeAddress],
    ...(isBusiness
      ? ([['Company number', organisation.companiesHouseNumber]] as [string, string | null][])
      : ([
          ['NI number', organisation.niNumberMasked],
          ['Postcode', organisation.postcode],
          [
            'Income',
            organisation.incomeSources.map(({ name, type }) => `${name} (${INCOME[type]})`).join(', ') || null,
          ],
        ] as [string, string | null][])),
    ['Practice code', organisation.practiceCode],
    ['Industry', organisation.industry && solutionOf(organisation.industry)],
    ['Solutions', organisation.solutions.map(solutionOf).join(', ') || null],
    ['Country', nameOfCountry(organisation.country)],
    ['Currency', organisation.currency],
  ]
  return (
    <Section id="facts" title="Facts" isFolded>
      <dl className={classes.facts}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value ?? <None />}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
