import { Fragment } from 'react'
import { nameOfSoftware } from '../../../../domain/connections/ledgers.ts'
import { Shown } from '../../../components/plain/Shown.tsx'
import { MoveChip, StepState } from '../../../components/plain/States.tsx'
import { Time } from '../../../components/Time.tsx'
import { useFresh } from '../../../components/useFresh.ts'
import { MOVES, STAGES, type Shown as State, shownDelivery } from '../../../words/states.ts'
import { STEP_NAMES } from '../../verbs/words.ts'
import classes from '../ClientPage.module.css'
import type { Doing } from '../ClientPage.tsx'
import { InvitationMenu } from '../invitation/InvitationMenu.tsx'
import { NextButton } from '../NextButton.tsx'
import type { Onboarding } from '../queries.ts'
import { Section } from '../Section.tsx'
import { AwaitedBank } from './AwaitedBank.tsx'
import { OpenFor } from './OpenFor.tsx'
import { StepMenu } from './StepMenu.tsx'
import { type Step, stepDetail } from './stepWords.ts'

const JOURNEY: Step['kind'][] = ['bank', 'books', 'mapping']
const THROUGH = { email: 'accepted by email', sms: 'accepted by text', link: 'accepted by a copied link' }

/** Lists the steps in the order of the journey, skipped ones last: state, detail, age, owner and verbs. */
export function Steps({ client, onDo }: { client: Onboarding; onDo: (doing: Doing) => void }) {
  const steps = JOURNEY.flatMap((kind) => client.steps.filter((step) => step.kind === kind))
  const inOrder = [
    ...steps.filter(({ state }) => state !== 'skipped'),
    ...steps.filter((one) => one.state === 'skipped'),
  ]
  const fresh = useFresh({
    invitation: [stateOf(client).label, client.invitation?.name, client.invitation?.acceptedAt],
    ...Object.fromEntries(steps.map((step) => [step.kind, shownOf(step, client)])),
    ...Object.fromEntries(client.awaitedBanks.map((ask) => [ask.id, [ask.state, ask.downSince]])),
  })
  return (
    <Section id="steps" title="Steps">
      <ol className={classes.list}>
        <InvitationStep client={client} isFresh={fresh.has('invitation')} onDo={onDo} />
        {inOrder.map((step) => (
          <Fragment key={step.kind}>
            <StepLine step={step} client={client} isFresh={fresh.has(step.kind)} onDo={onDo} />
            {step.kind === 'bank' &&
              client.awaitedBanks.map((ask) => (
                <AwaitedBank key={ask.id} ask={ask} client={client} isFresh={fresh.has(ask.id)} />
              ))}
          </Fragment>
        ))}
      </ol>
    </Section>
  )
}

/** Returns the values that a step's line shows; a change highlights the line. */
const shownOf = (step: Step, client: Onboarding) => [
  step.state,
  step.progress,
  step.owner,
  step.doneAt ?? step.skippedAt ?? step.since,
  stepDetail(step, client),
]

function StepLine(props: { step: Step; client: Onboarding; isFresh: boolean; onDo: (doing: Doing) => void }) {
  const { step, client, isFresh, onDo } = props
  const detail = stepDetail(step, client)
  const isFailed = step.state === 'open' && step.lastError !== null
  const checked = client.situation.next.find(({ what }) => what === 'check')
  return (
    <li className={classes.step} data-over={step.state === 'skipped' || undefined} data-fresh={isFresh || undefined}>
      <strong className={classes.name}>{STEP_NAMES[step.kind]}</strong>
      <span className={classes.state}>
        <StepState
          step={step}
          ledger={nameOfSoftware(client.organisation)}
          unmatched={client.unmatched}
          iconOnly={false}
        />
      </span>
      <span className={classes.what} data-failed={isFailed || undefined}>
        {detail}
        {step.kind === 'bank' && step.state === 'open' && step.startedAt && checked && (
          <>
            {detail && ' · '}checked <Time at={checked.at} as="future" />
          </>
        )}
        <LikelyVerb client={client} step={step.kind} onDo={onDo} />
      </span>
      <span className={classes.when}>
        {step.state === 'open' ? (
          <OpenFor since={step.since} />
        ) : (
          <Time at={step.doneAt ?? step.skippedAt ?? step.since} />
        )}
      </span>
      <span className={classes.owner}>
        <Owner owner={step.owner} isOpen={canBeDone(step) && client.situation.move !== null} />
      </span>
      <StepMenu step={step} client={client} onDo={onDo} />
    </li>
  )
}

/** The invitation as the first line of the steps. */
function InvitationStep(props: { client: Onboarding; isFresh: boolean; onDo: (doing: Doing) => void }) {
  const { client, isFresh, onDo } = props
  const { invitation } = client
  const accepted = invitation?.acceptedAt ?? null
  const isOpen = accepted === null && client.status !== 'completed'
  return (
    <li className={classes.step} data-fresh={isFresh || undefined}>
      <strong className={classes.name}>Invitation</strong>
      <span className={classes.state}>
        <Shown state={stateOf(client)} about="Invitation" />
      </span>
      <span className={classes.what}>
        {accepted && invitation?.acceptedThrough ? THROUGH[invitation.acceptedThrough] : invitation?.name}
        {!accepted && <LikelyVerb client={client} step={null} onDo={onDo} />}
      </span>
      <span className={classes.when}>
        {isOpen ? <OpenFor since={client.situation.since} /> : <Time at={accepted ?? client.situation.since} />}
      </span>
      <span className={classes.owner}>
        <Owner
          owner={invitation ? 'client' : 'practice'}
          isOpen={isOpen && client.situation.move !== 'us' && client.situation.move !== null}
        />
      </span>
      <InvitationMenu client={client} onDo={onDo} label="Manage" about="Invitation" />
    </li>
  )
}

/** The next action of a step that is open now (null: the invitation), as a small button. */
function LikelyVerb(props: { client: Onboarding; step: Step['kind'] | null; onDo: (doing: Doing) => void }) {
  const { client, step, onDo } = props
  const { situation, action } = client
  const open = [{ action, step: situation.step }, ...situation.also].find((one) => one.step === step)
  if (!open) return null
  const about = step ? STEP_NAMES[step] : 'Invitation'
  return (
    <NextButton
      client={client}
      open={open}
      onDo={onDo}
      about={about}
      size="compact-sm"
      className={classes.verb ?? ''}
    />
  )
}

/** Returns true if the owner can act on the step now; matching waits for both connections. */
const canBeDone = ({ kind, state, progress }: Step) =>
  state === 'open' && !(kind === 'mapping' && progress === 'not_started')

/** Shows the owner of a step, as a chip only while the step can be done. */
const Owner = ({ owner, isOpen }: { owner: Step['owner']; isOpen: boolean }) =>
  isOpen ? <MoveChip move={owner} /> : MOVES[owner].label

function stateOf({ invitation, status }: Onboarding): State {
  if (invitation?.acceptedAt) return { ...STAGES.accepted, icon: STAGES.completed.icon, tone: 'good' }
  if (status === 'invited') return shownDelivery(invitation?.delivery[0] ?? null)
  if (status === 'expired' || status === 'declined') return STAGES[status]
  return invitation ? shownDelivery(invitation.delivery[0] ?? null) : STAGES.not_invited
}
