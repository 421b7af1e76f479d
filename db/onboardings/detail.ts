import type { Health } from '../../domain/connections/connectionLife.ts'
import type { Consent } from '../../domain/connections/consents.ts'
import type { Actor } from '../../domain/events.ts'
import type { MessageCause, MessageState } from '../../domain/messageFacts.ts'
import { type MessagePurpose, TO_CLIENTS } from '../../domain/messages.ts'
import type { Channel, StepKind } from '../../domain/situation.ts'
import type { Tx } from '../client.ts'
import { type Account, type MissingAccount, readAccounts, readMissingAccounts } from '../connections/connections.ts'
import { consentShown } from '../connections/consentParts.ts'
import { readStoppedBanks } from '../connections/consents.ts'
import { downSince } from '../connections/outages.ts'
import { connectedBy } from '../connections/shown.ts'
import { type RowContext, readRowContexts } from '../list/rowContext.ts'
import { type Locked, readFacts } from './facts.ts'
import { type OnboardingView, type ViewRow, viewColumns, viewOf, viewTables } from './onboardingView.ts'

/** The texts stored beside a step. */
export type StepTexts = {
  kind: StepKind
  skipReason: string | null
  lastError: string | null
  evidence: string | null
}

/** One message to the client. Instants in ms. */
export type DeliveryView = {
  id: string
  generation: number
  channel: Exclude<Channel, 'link'>
  purpose: MessagePurpose
  state: MessageState
  stateAt: number
  reason: string | null
  cause: MessageCause | null
  address: string | null
}

/** A standing connection. Instants in ms. */
export type ConnectionView = {
  id: string
  kind: 'bank' | 'books'
  provider: string
  state: 'connected' | 'lost'
  institution: string | null
  tenantName: string | null
  connectedAt: number
  accessUntil: number | null
  lastError: string | null
  health: Health
  healthSince: number
  checkedAt: number
  askedAt: number | null
  /** The start of its bank's outage; null if the bank works. */
  downSince: number | null
  /** The client's consent at the bank, on the real clock of `now`; null for a ledger. */
  consent: (Consent & { now: number }) | null
  /** The sign-in at the ledger, its colleague by name, and the number of its clients; null for a bank. */
  signIn: { id: string; by: string | null; clients: number } | null
  /** The actor who connected it; the name of a person or client, null if unknown. */
  connectedBy: { type: Actor['type']; name: string | null } | null
  /** True if a person confirmed that it is the same business although its name differs. */
  isNameConfirmed: boolean
}

/** The content of an onboarding's detail page. */
export type Detail = {
  view: OnboardingView
  locked: Locked
  context: RowContext
  /** The number of views of the present invitation's links, including scanners. */
  opened: number
  firstInvitedAt: number | null
  incomeSources: { name: string; type: 'self_employment' | 'uk_property' }[]
  steps: StepTexts[]
  deliveries: DeliveryView[]
  connections: ConnectionView[]
  /** The banks that the client stopped sharing and has not shared again. */
  stoppedBanks: { id: string; institution: string | null; stoppedAt: number }[]
  accounts: Account[]
  /** The accounts of the banks that cannot be seen any more, or are said to be closed. */
  missing: MissingAccount[]
  mapping: { bankAccount: string; ledgerAccount: string | null }[]
}

/** Reads one onboarding with all its details; null for an unknown id. */
export async function readDetail(tx: Tx, onboardingId: string): Promise<Detail | null> {
  const [[row], locked, contexts, [views], incomeSources, steps, deliveries, connections, mapping, stoppedBanks] =
    await Promise.all([
      tx<ViewRow[]>`SELECT ${viewColumns(tx)} FROM ${viewTables(tx)} WHERE o.id = ${onboardingId}`,
      readFacts(tx, onboardingId),
      readRowContexts(tx, [onboardingId]),
      tx<{ n: number; firstInvitedAt: number | null }[]>`
      SELECT coalesce(sum(v.views), 0)::int AS n,
        (SELECT epoch_ms(min(e.at)) FROM event e
          WHERE e.onboarding_id = ${onboardingId} AND e.kind = 'invited') AS "firstInvitedAt"
      FROM onboarding o JOIN invitation i ON i.onboarding_id = o.id AND i.generation = o.generation
        JOIN link l ON l.invitation_id = i.id JOIN link_view v ON v.link_id = l.id
      WHERE o.id = ${onboardingId}`,
      tx<Detail['incomeSources']>`
      SELECT s.name, s.type FROM onboarding o JOIN income_source s ON s.organisation_id = o.organisation_id
      WHERE o.id = ${onboardingId} ORDER BY s.position`,
      tx<StepTexts[]>`
      SELECT kind, skip_reason AS "skipReason", last_error AS "lastError", evidence
      FROM onboarding_step WHERE onboarding_id = ${onboardingId}`,
      tx<DeliveryView[]>`
      SELECT m.id, m.generation, m.channel, m.purpose, m.state, epoch_ms(m.state_at) AS "stateAt", m.reason, m.cause,
        coalesce(m.recipient, CASE m.channel WHEN 'email' THEN i.email ELSE i.phone END) AS address
      FROM message m LEFT JOIN invitation i ON i.onboarding_id = m.onboarding_id AND i.generation = m.generation
      WHERE m.onboarding_id = ${onboardingId} AND m.purpose = ANY (${TO_CLIENTS}::text[]) ORDER BY m.id DESC LIMIT 100`,
      tx<ConnectionView[]>`
      SELECT c.id, c.kind, c.provider, c.state, c.institution_name AS institution, c.tenant_name AS "tenantName",
        epoch_ms(c.created_at) AS "connectedAt", epoch_ms(c.access_until) AS "accessUntil",
        c.last_error AS "lastError", c.health, epoch_ms(coalesce(c.health_since, c.created_at)) AS "healthSince",
        epoch_ms(greatest(c.looked_at, c.consent_given_at)) AS "checkedAt", epoch_ms(c.asked_at) AS "askedAt",
        ${downSince(tx)} AS "downSince",
        ${consentShown(tx)} AS consent, CASE WHEN c.sign_in_id IS NOT NULL THEN json_build_object('id', c.sign_in_id,
          'by', (SELECT p.name FROM sign_in s, people_named(ARRAY[s.opened_by_person::text]) p WHERE s.id = c.sign_in_id),
          'clients', (SELECT count(*) FROM connection s WHERE s.sign_in_id = c.sign_in_id
            AND s.state IN ('connected', 'lost'))) END AS "signIn",
        ${connectedBy(tx)} AS "connectedBy",
        c.name_confirmed_at IS NOT NULL AS "isNameConfirmed"
      FROM onboarding o JOIN connection c ON c.organisation_id = o.organisation_id
      WHERE o.id = ${onboardingId} AND c.state IN ('connected', 'lost') ORDER BY c.kind, c.created_at, c.id`,
      tx<Detail['mapping']>`
      SELECT bank_account_id AS "bankAccount", ledger_account_id AS "ledgerAccount"
      FROM account_mapping WHERE onboarding_id = ${onboardingId} ORDER BY bank_account_id`,
      readStoppedBanks(tx, onboardingId),
    ])
  const context = contexts.get(onboardingId)
  if (!row || !locked || !context) return null
  const ids = connections.map((one) => one.id)
  const [accounts, missing] =
    ids.length > 0 ? await Promise.all([readAccounts(tx, ids), readMissingAccounts(tx, ids)]) : [[], []]
  return {
    view: viewOf(row),
    locked,
    context,
    opened: views?.n ?? 0,
    firstInvitedAt: views?.firstInvitedAt ?? null,
    incomeSources,
    steps,
    deliveries,
    connections,
    stoppedBanks,
    accounts,
    missing,
    mapping,
  }
}
