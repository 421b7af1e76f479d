import { usualSetupGuide } from '../../../domain/fields/setupGuide.ts'
import { PREVIEWS, type PreviewForm, type PreviewKind } from '../../../domain/practice/previews.ts'
import { stateOf, stepOf } from '../../../domain/situation.ts'
import { lastTryOf } from '../../../domain/words/sharing.ts'
import { askedOf } from '../../../messages/compose/client.ts'
import { previewMail, previewText, SAMPLE, standingFor } from '../../../messages/previews.ts'
import type { TextView } from '../../../messages/templates/texts.ts'
import type { ClientMail } from '../../../messages/templates/view.ts'
import { onPages } from '../../../pages/brand.ts'
import type { Behind } from '../../../pages/client/behind.ts'
import type { BankStep } from '../../../pages/client/connections/view.ts'
import type { ClientView } from '../../../pages/client/view.ts'
import { booksIsTheirs, wordsOf } from '../../client/page/source.ts'
import type { PreviewSource } from './previewSource.ts'

type WithForm<Form> = {
  [K in PreviewKind]: Form extends (typeof PREVIEWS)[K]['forms'][number] ? K : never
}[PreviewKind]

const hasForm = (kind: PreviewKind, form: PreviewForm) =>
  (PREVIEWS[kind].forms as readonly PreviewForm[]).includes(form)
export const hasPage = (kind: PreviewKind): kind is WithForm<'page'> => hasForm(kind, 'page')
export const hasText = (kind: PreviewKind): boolean => hasForm(kind, 'text')

const linkOf = ({ client, base }: PreviewSource): string => `${client.context.publicUrl}${base}`

/** Makes the mail that a client would get. */
export const mailOf = (kind: PreviewKind, source: PreviewSource) =>
  ({ ...previewMail(kind, source.client), linkUrl: linkOf(source) }) as ClientMail

/** Makes the text that a client would get. */
export const textOf = (kind: PreviewKind, source: PreviewSource) =>
  ({ ...previewText(kind, source.client), link: linkOf(source) }) as TextView

/** Makes the page that a client would come to. */
export function pageOf(kind: WithForm<'page'>, source: PreviewSource): ClientView {
  const { base, ask, choice, ledgers } = source
  const { facts, context } = standingFor(kind, source.client)
  const { practice, organisation, person, now, publicUrl, invitation, bank } = context
  const behind: Behind = { practice: onPages(practice), organisation, person, zone: practice.timeZone, base }
  const words = wordsOf(context)
  const asksBooks = booksIsTheirs(facts)
  const bankStep: BankStep = { ask, choice, words, steps: asksBooks ? 2 : 1, qrUrl: linkOf(source) }
  const foot = { now, worksUntil: facts.expiresAt, textedNumber: null }
  const manageHref = `${base}/stop`
  const { inviterName: inviter } = invitation
  switch (kind) {
    case 'invitation': {
      if (askedOf(facts) === 'bank')
        return { ...behind, ...foot, page: 'invitation', inviter, bank: bankStep, existing: null }
      return { ...behind, ...foot, page: 'join', inviter, existing: null }
    }
    case 'bank_left': {
      const acceptedAt = facts.instants.accepted ?? now
      const last = context.lastTry
      const lastTry = last && lastTryOf(last.failure, last.bank, last.reason)
      const rest = { ...foot, worksUntil: null, acceptedAt, lastTry, booksDone: false }
      return { ...behind, ...rest, bank: bankStep, page: 'resume-bank' }
    }
    case 'books_left': {
      const bankConnected = stateOf(stepOf(facts, 'bank')) === 'done'
      const steps = bankConnected ? (2 as const) : (1 as const)
      const rest = { ...foot, worksUntil: null, ledgers, usual: false, steps, bankConnected, lastTry: null, manageHref }
      return { ...behind, ...rest, page: 'resume-books', words }
    }
    case 'expired':
      return { ...behind, page: 'expired', expiredAt: facts.expiresAt ?? now, sentBy: 'email', canSend: true }
    case 'withdrawn':
      return { ...behind, page: 'cancelled', connected: [], manageHref: null, phone: practice.phone }
    case 'done':
      return {
        ...behind,
        page: 'done',
        setupGuide: practice.setupGuide ?? usualSetupGuide(practice.name),
        shared: bank ? [{ id: 'example', name: bank.name, kind: 'bank', accounts: bank.shown, until: bank.until }] : [],
        manageHref,
        addHref: `${behind.base}/another`,
        hint: { home: `${new URL(publicUrl).host}/home`, email: invitation.email ?? SAMPLE.email },
      }
  }
}
