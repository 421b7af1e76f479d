import { z } from 'zod'
import type { Tx } from '../../../db/client.ts'
import { readMailContext } from '../../../db/invitations/mailContext.ts'
import { readFacts } from '../../../db/onboardings/facts.ts'
import { type PracticeChoices, readPractice } from '../../../db/practices.ts'
import { PREVIEW_FORMS, PREVIEWS, type PreviewForm, type PreviewKind } from '../../../domain/practice/previews.ts'
import { type Given, type PreviewClient, sampleClient } from '../../../messages/previews.ts'
import type { BankChoice, LedgerTile } from '../../../pages/client/connections/view.ts'
import type { BankAsk } from '../../../pages/consent.ts'
import { askOf } from '../../client/offer/bankAsk.ts'
import { createOffers } from '../../client/offer/offer.ts'
import type { Dependencies } from '../../dependencies.ts'
import type { Caller } from '../../endpoint.ts'
import { notFound } from '../../problem.ts'
import { demandSightOf } from '../../sight.ts'
import { line, problem } from '../fields.ts'
import { practiceChange } from './change.ts'

const kinds = Object.keys(PREVIEWS) as [PreviewKind, ...PreviewKind[]]

/** The message to preview, and its client; null uses an invented client. */
export const previewBody = z.strictObject({
  kind: z.enum(kinds),
  onboardingId: z.uuid().nullable().default(null),
})

/** A reason that is being typed, or one from before that is longer than new ones may be. */
const anyReason = line(140, 'Give the reason, or leave it out.').nullish()

/** The same with one of its forms, and settings that are not saved yet. */
export const formBody = previewBody
  .extend({
    form: z.enum(PREVIEW_FORMS),
    choices: practiceChange
      .pick({
        name: true,
        senderName: true,
        replyTo: true,
        brandColour: true,
        setupGuide: true,
      })
      .extend({ reasonBank: anyReason, reasonBooks: anyReason })
      .default({}),
  })
  .superRefine(({ kind, form }, context) => {
    if (!(PREVIEWS[kind].forms as readonly string[]).includes(form)) {
      problem(context, 'no_such_form', `Choose one of: ${PREVIEWS[kind].forms.join(', ')}.`, ['form'])
    }
  })
  .meta({ example: { kind: 'invitation', form: 'mail', choices: { brandColour: '#0E4F4A' } } })

/** All that a message or page says, before it is put into its form. */
export type PreviewSource = {
  client: PreviewClient
  ask: BankAsk
  choice: BankChoice
  ledgers: readonly LedgerTile[]
  /** The path of the link, which opens nothing. */
  base: string
}

/** A placeholder with the length of a link's token. */
const NO_TOKEN = 'example-of-your-link--'

/**
 * Reads the content of a client's messages, with the practice's settings or the given ones. Throws 404 for an unknown
 * client. `given` is the known data of a client that is not created yet.
 */
export async function readPreviewSource(
  deps: Dependencies,
  caller: Caller,
  { onboardingId, form, choices }: { onboardingId: string | null; form: PreviewForm; choices: PracticeChoices },
  given: Given = {},
): Promise<PreviewSource> {
  if (onboardingId !== null) await demandSightOf(deps, caller, 'onboarding', onboardingId)
  const { publicUrl } = deps
  const inviterName = caller.staff?.name ?? null
  const [client, { choice, ledgers, connectors }] = await Promise.all([
    deps.db.inPractice(caller.practiceId, async (tx) => {
      const practice = { ...(await readPractice(tx)), ...choices }
      const invitation = { inviterName, ...given.invitation }
      const sample = sampleClient(practice, { ...given, invitation }, { now: Date.now(), publicUrl })
      return onboardingId === null ? sample : readClient(tx, onboardingId, sample)
    }),
    // Only a page lists banks, and only for that is the provider asked.
    createOffers(deps).offer(
      caller.practiceId,
      form === 'page' ? { q: null, all: false, suggested: null, business: true } : null,
    ),
  ])
  return {
    client,
    ask: askOf(connectors, client.context.now),
    choice,
    ledgers,
    base: `/j/${NO_TOKEN}`,
  }
}

/** Reads one client as its messages are made of it; of an invitation that is not there, the made-up one stands in. */
async function readClient(tx: Tx, onboardingId: string, sample: PreviewClient): Promise<PreviewClient> {
  const locked = await readFacts(tx, onboardingId)
  if (locked === null) throw notFound()
  const { facts, now } = locked
  const { publicUrl, practice, invitation: madeUp } = sample.context
  const context = await readMailContext(tx, onboardingId)
  const named = { ...madeUp, name: context.contactName ?? madeUp.name, channels: ['email' as const] }
  const invitation = context.invitation ?? named
  return {
    facts,
    context: {
      ...context,
      practice,
      now,
      publicUrl,
      invitation: { ...invitation, email: invitation.email ?? madeUp.email },
    },
  }
}
