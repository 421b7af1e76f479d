import { first, type Tx } from '../client.ts'
import { deleteUnusedSignIns } from '../connections/signIns.ts'
import { forgetAnswersAbout } from '../idempotency.ts'
import { forgetSavedViewsOf } from '../list/savedViews.ts'

/** The name of an erased client. */
const ERASED_NAME = 'Erased client'

/** A client before its erasure: its name, the instant of an earlier erasure, and all its onboardings. */
export type Erasable = { name: string; erasedAt: number | null; onboardings: string[] }

/** Returns the client; null for an unknown id. */
export const readErasable = (tx: Tx, organisationId: string): Promise<Erasable | null> =>
  first(tx<Erasable[]>`
    SELECT g.name, epoch_ms(g.erased_at) AS "erasedAt",
      ARRAY(SELECT o.id FROM onboarding o WHERE o.organisation_id = g.id ORDER BY o.id) AS onboardings
    FROM organisation g WHERE g.id = ${organisationId}`)

/**
 * Deletes all personal data of a client: people, addresses, tokens, free text, message contents and recipients,
 * connections, link views, and stored answers. Ids, choices, instants and events stay; the events lose the bank. The
 * caller has locked its onboardings, which have ended.
 */
export async function eraseOrganisation(tx: Tx, organisationId: string, onboardings: string[]): Promise<void> {
  await eraseHits(tx, organisationId, onboardings)
  await eraseMessages(tx, onboardings)
  await eraseLinks(tx, onboardings)
  await eraseConnections(tx, organisationId, onboardings)
  await eraseUsers(tx, organisationId)
  await forgetSavedViewsOf(tx, organisationId)
  await tx`DELETE FROM told WHERE onboarding_id = ANY (${onboardings})`
  await tx`DELETE FROM confirmation_note WHERE onboarding_id = ANY (${onboardings})`
  await tx`DELETE FROM bank_ask WHERE onboarding_id = ANY (${onboardings})`
  await tx`DELETE FROM notice WHERE onboarding_id = ANY (${onboardings})`
  await tx`DELETE FROM staff_mail WHERE onboarding_id = ANY (${onboardings})`
  // A digest that has not left may name the client among others.
  await tx`UPDATE staff_mail SET state = 'nothing', recipient = NULL, inputs = NULL
    WHERE day IS NOT NULL AND state = 'queued'`
  await tx`UPDATE support_look SET reason = NULL WHERE onboarding_id = ANY (${onboardings})`
  await tx`
    UPDATE onboarding_step SET skip_reason = NULL, last_error = NULL, evidence = NULL
    WHERE onboarding_id = ANY (${onboardings})`
  await tx`
    UPDATE onboarding SET cancel_reason = NULL, decline_note = NULL WHERE id = ANY (${onboardings})`
  await tx`DELETE FROM income_source WHERE organisation_id = ${organisationId}`
  await tx`
    UPDATE organisation SET erased_at = clock_timestamp(), version = version + 1, name = ${ERASED_NAME},
      practice_code = NULL, industry = NULL, companies_house_number = NULL, contact_name = NULL, contact_email = NULL,
      contact_phone = NULL, ni_number_sealed = NULL, ni_number_last4 = NULL, postcode = NULL, intake_address = NULL,
      ledger_name = NULL, software_name = NULL
    WHERE id = ${organisationId}`
  await tx`SELECT forget_banks_in_log(${organisationId})`
  await forgetAnswersAbout(tx, [organisationId, ...onboardings])
}

/** Deletes rate counters of its links, sessions, people and addresses, while the addresses can still be read. */
async function eraseHits(tx: Tx, organisationId: string, onboardings: string[]): Promise<void> {
  await tx`
    WITH address AS (
      SELECT email FROM invitation WHERE onboarding_id = ANY (${onboardings})
      UNION SELECT contact_email FROM organisation WHERE id = ${organisationId}
      UNION SELECT email FROM user_invitation WHERE organisation_id = ${organisationId}
      UNION SELECT address FROM organisation_member WHERE organisation_id = ${organisationId}
    ), counted AS (
      SELECT 'form:' || id AS key FROM link WHERE onboarding_id = ANY (${onboardings})
      UNION SELECT 'form:' || id FROM auth_session WHERE onboarding_id = ANY (${onboardings})
      UNION SELECT 'form:' || id FROM user_invitation WHERE organisation_id = ${organisationId}
      UNION SELECT 'form:' || person_id FROM organisation_member WHERE organisation_id = ${organisationId}
      -- The hash as the counters have it: base64 for addresses of pages.
      UNION SELECT 'sign-in-link:' || rtrim(translate(encode(sha256(convert_to(email, 'UTF8')), 'base64'), '+/', '-_'), '=')
        FROM address WHERE email IS NOT NULL)
    DELETE FROM rate_limit r USING counted c WHERE r.key = c.key`
  await tx`DELETE FROM rate_limit WHERE starts_with(key, ${`user:${organisationId}:`})`
}

/** Deletes recipients and contents of messages, and opt-outs from texts unless another client has the same number. */
async function eraseMessages(tx: Tx, onboardings: string[]): Promise<void> {
  await tx`
    DELETE FROM text_opt_out t WHERE (
        EXISTS (SELECT FROM invitation i WHERE i.phone = t.phone AND i.onboarding_id = ANY (${onboardings}))
        OR EXISTS (SELECT FROM message m WHERE m.recipient = t.phone AND m.onboarding_id = ANY (${onboardings})))
      AND NOT EXISTS (SELECT FROM invitation i WHERE i.phone = t.phone AND NOT i.onboarding_id = ANY (${onboardings}))`
  await tx`
    DELETE FROM provider_event e USING message m
    WHERE m.onboarding_id = ANY (${onboardings}) AND m.provider = e.provider
      AND starts_with(e.id, m.provider_id || ':')`
  await tx`
    UPDATE message SET erased_at = clock_timestamp(), recipient = NULL, inputs = NULL, provider_id = NULL, reason = NULL
    WHERE onboarding_id = ANY (${onboardings})`
}

/** Ends the links for good: they open nothing, not even the page of an ended link. */
async function eraseLinks(tx: Tx, onboardings: string[]): Promise<void> {
  await tx`
    DELETE FROM link_view v USING link l WHERE l.id = v.link_id AND l.onboarding_id = ANY (${onboardings})`
  await tx`
    UPDATE link SET token_sha256 = sha256(uuid_send(gen_random_uuid())), ended_at = coalesce(ended_at, clock_timestamp())
    WHERE onboarding_id = ANY (${onboardings})`
  await tx`
    UPDATE invitation SET erased_at = clock_timestamp(), name = NULL, email = NULL, phone = NULL, message = NULL,
      inviter_name = NULL
    WHERE onboarding_id = ANY (${onboardings})`
}

/** Deletes the client users, and the people who belong to no other client. */
async function eraseUsers(tx: Tx, organisationId: string): Promise<void> {
  await tx`DELETE FROM user_invitation WHERE organisation_id = ${organisationId}`
  const gone = await tx<{ id: string }[]>`
    DELETE FROM organisation_member WHERE organisation_id = ${organisationId} RETURNING person_id AS id`
  for (const { id } of gone) await tx`SELECT forget_person(${id})`
}

async function eraseConnections(tx: Tx, organisationId: string, onboardings: string[]): Promise<void> {
  await tx`DELETE FROM account_mapping WHERE onboarding_id = ANY (${onboardings})`
  await tx`
    DELETE FROM connection_account a USING connection c
    WHERE c.id = a.connection_id AND c.organisation_id = ${organisationId}`
  const connections = await tx<{ signInId: string | null }[]>`
    UPDATE connection SET institution = NULL, institution_name = NULL, external_id = 'erased', tenant_id = NULL,
      tenant_name = NULL, sign_in_id = NULL, secret_sealed = NULL, last_error = NULL
    WHERE organisation_id = ${organisationId} RETURNING old.sign_in_id AS "signInId"`
  // Includes the sessions of the draft that the client was created from.
  const sessions = await tx<{ signInId: string | null }[]>`
    UPDATE auth_session SET institution = NULL, institution_name = NULL, state_sha256 = NULL, verifier_sealed = NULL,
      browser_sha256 = NULL, external_id = NULL, grant_sealed = NULL, sign_in_id = NULL, failure_reason = NULL, next_poll_at = NULL
    WHERE onboarding_id = ANY (${onboardings})
      OR draft_id IN (SELECT d.id FROM client_draft d WHERE d.onboarding_id = ANY (${onboardings}))
    RETURNING old.sign_in_id AS "signInId"`
  await tx`
    UPDATE hand_over h SET result = NULL FROM connection c
    WHERE c.id = h.connection_id AND c.organisation_id = ${organisationId}`
  await deleteUnusedSignIns(tx, [...connections, ...sessions])
}
