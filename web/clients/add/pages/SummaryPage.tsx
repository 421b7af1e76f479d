import { Anchor, Modal, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { softwareLabel } from '../../../../domain/connections/ledgers.ts'
import { offeredIndustry } from '../../../../domain/fields/industries.ts'
import { maskNiNumber, readNiNumber } from '../../../../domain/fields/ukFormats.ts'
import { listed } from '../../../../domain/practice/rightWords.ts'
import { useMe, useZone } from '../../../shell/useMe.ts'
import { teamsQuery } from '../../../team/queries.ts'
import { COUNTRY_CHOICES } from '../../../words/regions.ts'
import { solutionOf } from '../../../words/solutions.ts'
import { fullOf } from '../../../words/times.ts'
import { booksWords } from '../../software/softwareWords.ts'
import { useColleagues } from '../../useColleagues.ts'
import type { Form } from '../form.ts'
import type { DraftCheck, Step } from '../queries.ts'
import type { Page } from '../steps.ts'
import classes from '../Wizard.module.css'
import { words } from '../words.ts'

const Preview = lazy(async () => ({ default: (await import('../../../settings/preview/Preview.tsx')).Preview }))

type Line = [label: string, value: string | null]

/** Lists the typed values page by page, with a link to change each, and the addresses that the invitation goes to. */
export function SummaryPage(props: { form: Form; pages: Page[]; sending: DraftCheck['sending'] }) {
  const { form, pages, sending } = props
  const zone = useZone()
  const lines = useLines(form)
  const [isLooking, setLooking] = useState(false)
  const to = [sending?.email, sending?.phone].filter(Boolean)
  return (
    <Stack gap="lg">
      {pages
        .filter(({ step, reason }) => step !== 'summary' && reason === null)
        .map(({ step, label }) => (
          <section key={step} aria-labelledby={`sum-${step}`} className={classes.part}>
            <div className={classes.partHead}>
              <Title order={2} id={`sum-${step}`}>
                {label}
              </Title>
              <Anchor
                component={Link}
                to={`/clients/new/${form.draft.id}/${step}`}
                size="sm"
                aria-label={`Change ${label.toLowerCase()}`}
              >
                Change
              </Anchor>
            </div>
            <dl className={classes.lines}>
              {(lines[step] ?? []).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value || '–'}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      {form.typed.invites && sending && to.length > 0 && (
        <Text size="sm">
          We’ll send to <strong>{to.join(' and ')}</strong>.{to.length > 1 && ' The first one used replaces the other.'}{' '}
          The {to.length > 1 ? 'links work' : 'link works'} until {fullOf(Date.parse(sending.until), zone)}.{' '}
          <Anchor component="button" type="button" size="sm" onClick={() => setLooking(true)}>
            See what the client gets
          </Anchor>
        </Text>
      )}
      {isLooking && (
        <Modal opened onClose={() => setLooking(false)} title="What the client gets" size="lg">
          <Suspense fallback={<Skeleton height={480} />}>
            <Preview kind="invitation" draft={{ id: form.draft.id, version: form.draft.version }} isBeside />
          </Suspense>
        </Modal>
      )}
    </Stack>
  )
}

/** Returns the typed name of other software; null for software of the list. */
const otherName = ({ software, softwareName }: Form['typed']) => (software === 'other' && softwareName.trim()) || null

function useLines({ typed, practice, draft }: Form): Partial<Record<Step, Line[]>> {
  const names = useColleagues()
  const { data: teams = [] } = useQuery(teamsQuery)
  const { ledger } = draft
  const { ledgers } = useMe()
  const { access } = typed
  const steps = typed.steps ?? practice.steps
  const country = typed.country || practice.country
  const seers = [
    ...access.people.map((id) => names.get(id) ?? 'Somebody who left'),
    ...access.teams.map((id) => teams.find((team) => team.id === id)?.name ?? 'A team that was deleted'),
  ]
  const industry = offeredIndustry(typed.industry)
  return {
    solutions: [['Solutions', typed.solutions.map(solutionOf).join(', ')]],
    software: [
      [
        'Software',
        ledger
          ? `${ledger.label}: ${ledger.organisation}`
          : typed.software && (otherName(typed) ?? softwareLabel(typed.software)),
      ],
    ],
    details:
      draft.kind === 'business'
        ? [
            ['Business name', typed.name],
            ['Practice code', typed.practiceCode],
            ['Companies House number', typed.companiesHouseNumber],
            ['Industry', industry ? solutionOf(industry) : typed.industry],
            ['Country', COUNTRY_CHOICES.find(({ value }) => value === country)?.label ?? country],
            ['Currency', typed.currency || practice.currency],
          ]
        : [
            ['Full name', typed.contactName],
            ['Email', typed.contactEmail],
            ['National Insurance number', masked(typed.niNumber)],
            ['Postcode', typed.postcode],
            ['Practice code', typed.practiceCode],
          ],
    income: typed.sources.map(({ name, type }, n) => [
      `Income source ${n + 1}`,
      [name, type && (type === 'uk_property' ? 'UK property' : 'Self-employment')].filter(Boolean).join(' · '),
    ]),
    access: [
      ['Who can see this client', whoSees(access.everyone, seers)],
      ['Account manager', typed.manager && (names.get(typed.manager) ?? null)],
    ],
    invitation: [
      ...((typed.invites
        ? [
            ['Name', typed.inviteName],
            ['Email', typed.inviteEmail],
            ['Mobile', typed.invitePhone],
            ['Personal message', typed.message],
          ]
        : [['Invitation', 'Nobody is invited yet']]) as Line[]),
      ['Bank', words.owners[steps.bank]],
      ['Books', booksWords(ledger, typed, ledgers) ?? words.owners[steps.books]],
    ],
  }
}

/** Returns `Ann Lowe, Rosa Marsh and 3 more`. */
function whoSees(everyone: boolean, names: string[]): string {
  if (everyone) return 'Everyone, including people who join later'
  if (names.length === 0) return 'Admins only'
  return listed(names, 2)
}

/** Returns `•• •• •4 56 C`: masked, because others may see the screen. */
function masked(niNumber: string): string {
  const read = readNiNumber(niNumber)
  return read.ok ? maskNiNumber(read.value) : niNumber
}
