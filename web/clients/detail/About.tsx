import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { softwareLabel } from '../../../domain/connections/ledgers.ts'
import { listed } from '../../../domain/practice/rightWords.ts'
import { useKnows } from '../../shell/keys/useKnows.ts'
import { nameOfCountry } from '../../words/regions.ts'
import { solutionOf } from '../../words/solutions.ts'
import { phoneOf } from '../verbs/words.ts'
import classes from './ClientPage.module.css'
import type { Onboarding } from './queries.ts'
import { Section } from './Section.tsx'

const INCOME = { self_employment: 'self-employment', uk_property: 'UK property' }

/** Lists the known details of the client's business; the missing ones become one link to the settings. */
export function About({ client }: { client: Onboarding }) {
  const knows = useKnows()
  const { organisation } = client
  // Without a contact, the invited person is the contact.
  const contact = organisation.contact ?? client.invitation
  const isBusiness = organisation.kind === 'business'
  /** `isGiven`: Embark gives it, and nobody types it. */
  const facts: [label: string, value: string | null, isGiven?: true][] = [
    [
      'Contact',
      [contact?.name, contact?.email, contact?.phone && phoneOf(contact.phone)].filter(Boolean).join(', ') || null,
    ],
    ['Documents to', organisation.intakeAddress, true],
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
    [
      'Software',
      organisation.software === 'unknown' ? null : (organisation.softwareName ?? softwareLabel(organisation.software)),
    ],
    ['Solutions', organisation.solutions.map(solutionOf).join(', ') || null],
    ['Country', nameOfCountry(organisation.country)],
    ['Currency', organisation.currency],
  ]
  const filled = facts.filter(([, value]) => value !== null)
  const missing = facts.filter(([, value, isGiven]) => value === null && !isGiven).map(([label]) => label)
  return (
    <Section id="about" title="About" isFolded>
      <dl className={classes.facts}>
        {filled.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {missing.length > 0 && knows('/clients/$id/settings') && (
        <p className={classes.note}>
          <Anchor
            size="sm"
            display="inline-block"
            mt="xs"
            renderRoot={(props) => <Link to={`/clients/${client.id}/settings` as string} {...props} />}
          >
            {addWords(missing)}
          </Anchor>
        </p>
      )}
    </Section>
  )
}

/** Returns `Add practice code, company number and 3 more`. */
function addWords(labels: string[]): string {
  const names = labels.map((label) => label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()))
  return `Add ${listed(names, 2)}`
}
