import type postgres from 'postgres'
import { withStack } from './embedded.ts'
import { timed } from './pool.ts'
import { type Row, runAlone } from './table.ts'

const WEEKS = 26

/**
 * Fills a practice with onboardings as 26 weeks leave them: every status, with steps, invitations, links, messages and
 * the events that led there. They have no workflow and are marked as told, so that the reconciler lets them be. `sql`
 * is the owner's connection. Call `analyse` afterwards.
 */
export async function seed(sql: postgres.Sql, practiceId: string, count: number): Promise<void> {
  await sql.begin(async (tx) => {
    // Rows are made whole: checking each reference again would only take time.
    await tx`SET LOCAL session_replication_role = replica`
    await tx`SET LOCAL work_mem = '256MB'`
    await course(tx, count)
    await facts(tx)
    await rows(tx, practiceId)
    await tx`DROP TABLE course, fact`
  })
}

/** Statistics as a database has them that has lived for a while. */
export async function analyse(sql: postgres.Sql): Promise<void> {
  await sql.unsafe('VACUUM (ANALYZE)')
}

/** A practice of the given name with an API key for both scopes. Answers its id. */
export async function seedPractice(sql: postgres.Sql, slug: string, keySha256: Buffer): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    INSERT INTO practice (slug, name, notification_email)
    VALUES (${slug}, 'Second & Co', ${`office@${slug}.example`}) RETURNING id`
  if (!row) throw new Error('no practice was made')
  await sql`INSERT INTO api_key (practice_id, name, key_sha256, scopes)
    VALUES (${row.id}, 'Bench', ${keySha256}, '{read,write}')`
  return row.id
}

/** What became of each: the instants, with the shares of the statuses by age. Chance is drawn from the number itself. */
async function course(tx: postgres.TransactionSql, count: number): Promise<void> {
  await tx`
    CREATE TEMPORARY TABLE course AS
    WITH born AS (
      SELECT n, now() - (${WEEKS} * interval '1 week') * (1 - n::float8 / ${count}) - interval '1 minute' AS created_at,
        (hashint8extended(n, 1) & 1023) / 1024.0 AS fate, (hashint8extended(n, 2) & 1023) / 1024.0 AS a,
        (hashint8extended(n, 3) & 1023) / 1024.0 AS b, (hashint8extended(n, 4) & 1023) / 1024.0 AS c
      FROM generate_series(1, ${count}) AS n
    ), fated AS (
      SELECT *, now() - created_at AS age, CASE
        WHEN now() - created_at < interval '7 days' THEN CASE
          WHEN fate < 0.45 THEN 'invited' WHEN fate < 0.75 THEN 'accepted' WHEN fate < 0.9 THEN 'completed'
          WHEN fate < 0.95 THEN 'not_invited' WHEN fate < 0.97 THEN 'declined' ELSE 'cancelled' END
        WHEN fate < 0.68 THEN 'completed' WHEN fate < 0.78 THEN 'accepted' WHEN fate < 0.87 THEN 'expired'
        WHEN fate < 0.92 THEN 'cancelled' WHEN fate < 0.95 THEN 'declined'
        WHEN fate < 0.98 THEN CASE WHEN now() - created_at > interval '98 days' THEN 'gave_up' ELSE 'expired' END
        WHEN fate < 0.99 THEN 'not_invited' ELSE 'invited' END AS ends
      FROM born
    ), invited AS (
      SELECT *, CASE WHEN ends <> 'not_invited' THEN
        CASE WHEN ends = 'invited' AND age > interval '7 days' THEN now() - a * interval '6 days'
          ELSE created_at + interval '1 second' END END AS invited_at
      FROM fated
    ), answered AS (
      SELECT *, CASE WHEN ends IN ('accepted', 'completed') THEN invited_at + least(a * interval '6 days', age * 0.3) END
          AS accepted_at,
        CASE WHEN ends = 'declined' THEN invited_at + least(a * interval '6 days', age * 0.3) END AS declined_at,
        CASE WHEN ends IN ('expired', 'gave_up') THEN invited_at + interval '7 days 5 seconds' END AS expired_at
      FROM invited
    ), connected AS (
      SELECT *,
        CASE WHEN ends = 'completed' OR (ends = 'accepted' AND b < 0.5)
          THEN accepted_at + least(b * interval '20 days', age * 0.2) END AS bank_at,
        CASE WHEN ends = 'completed' OR (ends = 'accepted' AND c < 0.5)
          THEN accepted_at + least(c * interval '12 days', age * 0.2) END AS books_at
      FROM answered
    ), mapped AS (
      SELECT *, CASE WHEN ends = 'completed' THEN greatest(bank_at, books_at) + least(interval '1 day', age * 0.1) END
        AS mapped_at
      FROM connected
    )
    SELECT *, uuidv7(created_at - clock_timestamp()) AS id, uuidv7(created_at - clock_timestamp()) AS organisation_id,
      uuidv7(created_at - clock_timestamp()) AS link_id, uuidv7(created_at - clock_timestamp()) AS invitation_id,
      uuidv7(created_at - clock_timestamp()) AS message_id, created_at + interval '300 milliseconds' AS provisioned_at,
      mapped_at + interval '1 second' AS completed_at,
      CASE WHEN ends = 'cancelled' THEN invited_at + least(b * interval '9 days', age * 0.5) END AS cancelled_at,
      CASE WHEN ends = 'gave_up' THEN expired_at + interval '90 days' END AS gave_up_at
    FROM mapped`
  await tx`ANALYZE course`
}

/** The events of each, numbered in their order. */
async function facts(tx: postgres.TransactionSql): Promise<void> {
  await tx`
    CREATE TEMPORARY TABLE fact AS
    SELECT c.id AS onboarding_id, row_number() OVER (PARTITION BY c.id ORDER BY e.at, e.place)::integer AS seq, e.*
    FROM course c CROSS JOIN LATERAL (VALUES
      (1, 'created', '', created_at, 'api_key', '{"kind":"business","solutions":["bookkeeping"],"skipsInvitation":false}'),
      (2, 'provisioned', '', provisioned_at, 'system', '{}'),
      (3, 'invited', '1', invited_at, 'api_key', '{"generation":1,"channels":["email"],"by":"staff","bank":"open"}'),
      (4, 'message', message_id || ':sent', invited_at + interval '400 milliseconds', 'system', '{"channel":"email"}'),
      (5, 'message', message_id || ':delivered', invited_at + interval '2 seconds', 'provider', '{"channel":"email"}'),
      (6, 'accepted', '1', accepted_at, 'client',
        '{"generation":1,"channel":"email","bank":"ob-northgate","consent":"consent-1"}'),
      (6, 'declined', '1', declined_at, 'client', '{"reason":"no_wish","by":"client"}'),
      (6, 'expired', '1:' || extract(epoch FROM expired_at), expired_at, 'system', '{}'),
      (7, 'bank_started', id::text, bank_at - interval '1 minute', 'client',
        '{"provider":"truelayer","institution":"ob-northgate"}'),
      (8, 'bank_connected', id::text, bank_at, 'client', '{"provider":"truelayer","accounts":2}'),
      (9, 'books_started', id::text, books_at - interval '1 minute', 'staff', '{"provider":"xero","institution":null}'),
      (10, 'books_connected', id::text, books_at, 'staff', '{"provider":"xero","accounts":3}'),
      (11, 'mapped', id::text, mapped_at, 'staff', '{"matched":2,"none":0}'),
      (12, 'completed', '1', completed_at, 'system', '{}'),
      (12, 'cancelled', id::text, cancelled_at, 'staff', '{}'),
      (13, 'cleaned', '1', cancelled_at + interval '16 seconds', 'system', '{}'),
      (13, 'gave_up', '1', gave_up_at, 'system', '{}')
    ) AS e (place, kind, key, at, actor_type, data)
    WHERE e.at IS NOT NULL`
}

async function rows(tx: postgres.TransactionSql, practiceId: string): Promise<void> {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  const character = (shift: number) => tx`substr(${alphabet}, 1 + ((g.mixed >> ${shift}) & 31)::integer, 1)`
  await tx`
    INSERT INTO organisation (id, practice_id, reference, name, kind, practice_code, solutions, country, currency,
      contact_name, contact_email, contact_phone, created_at)
    SELECT organisation_id, ${practiceId}, CASE WHEN provisioned_at IS NOT NULL THEN 'EM-' ||
        ${character(25)} || ${character(20)} || ${character(15)} || ${character(10)} || ${character(5)} || ${character(0)} END,
      place || ' ' || trade || ' ' || n || ' Ltd', 'business', 'C' || n, '{bookkeeping,vat}', 'GB', 'GBP',
      forename || ' ' || surname, lower(forename || '.' || surname || n || '@' || trade || '.example'),
      '+4477009' || lpad((n % 100000)::text, 5, '0'), created_at
    FROM (
      SELECT c.*, ((hashtextextended(${practiceId}, 0) & 1023) * 1000003 + n * 7919) & 1073741823 AS mixed,
        (ARRAY['Harbour', 'Northgate', 'Willow', 'Kingsway', 'Orchard', 'Castle', 'Mill', 'Station', 'Abbey', 'Bridge',
          'Meadow', 'Quayside', 'Hillcrest', 'Riverside', 'Market', 'Chapel'])[1 + (n % 16)] AS place,
        (ARRAY['Bakery', 'Plumbing', 'Dental', 'Joinery', 'Catering', 'Optics', 'Motors', 'Studios', 'Farms', 'Print',
          'Interiors', 'Roofing', 'Physio'])[1 + (n % 13)] AS trade,
        (ARRAY['Jo', 'Priya', 'Sam', 'Rosa', 'Owen', 'Aisha', 'Tom', 'Mei', 'Lena', 'Idris', 'Nora'])[1 + (n % 11)]
          AS forename,
        (ARRAY['Carter', 'Shah', 'Marsden', 'Okafor', 'Hughes', 'Khan', 'Lowe', 'Chen', 'Novak', 'Price', 'Walsh',
          'Ito', 'Grant', 'Silva', 'Moss', 'Byrne', 'Adler'])[1 + (n % 17)] AS surname
      FROM course c) AS g`
  await tx`
    INSERT INTO onboarding (id, practice_id, organisation_id, created_at, provisioned_at, invited_at, accepted_at,
      declined_at, expired_at, completed_at, cancelled_at, gave_up_at, cleaned_at, expires_at, last_act_at, sent_at,
      generation, window_days, give_up_days, fact_seq, notified_seq, last_fact_at, wake_at, workflow_started_at,
      blocked_by, move, since, turns_at, turns_blocked_by, turns_move, updated_at)
    SELECT id, ${practiceId}, organisation_id, created_at, provisioned_at, invited_at, accepted_at, declined_at,
      expired_at, completed_at, cancelled_at, gave_up_at, coalesce(cancelled_at + interval '16 seconds', gave_up_at),
      invited_at + interval '7 days', last.at, invited_at, (invited_at IS NOT NULL)::integer, 7, 90, last.seq, last.seq,
      last.at, CASE WHEN ends IN ('not_invited', 'invited', 'accepted', 'expired', 'declined')
        THEN now() + interval '1 day' * (1 + a) END, created_at,
      CASE WHEN ends = 'invited' THEN 'acceptance' WHEN ends = 'accepted' THEN
          CASE WHEN books_at IS NULL THEN 'books' WHEN bank_at IS NULL THEN 'bank' ELSE 'mapping' END
        WHEN ends IN ('not_invited', 'expired', 'declined') THEN ends END,
      CASE WHEN ends = 'invited' OR (ends = 'accepted' AND books_at IS NOT NULL AND bank_at IS NULL) THEN 'client'
        WHEN ends IN ('not_invited', 'accepted', 'expired', 'declined') THEN 'practice' END,
      last.at, CASE WHEN ends = 'invited' THEN invited_at + interval '7 days 1 millisecond' END,
      CASE WHEN ends = 'invited' THEN 'expired' END, CASE WHEN ends = 'invited' THEN 'practice' END, last.at
    FROM course JOIN (SELECT onboarding_id, max(seq) AS seq, max(at) AS at FROM fact GROUP BY onboarding_id) AS last
      ON last.onboarding_id = id`
  await tx`
    INSERT INTO onboarding_step (practice_id, onboarding_id, kind, owner, started_at, done_at)
    SELECT ${practiceId}, id, s.kind, s.owner, s.done_at - interval '1 minute', s.done_at
    FROM course CROSS JOIN LATERAL
      (VALUES ('bank', 'client', bank_at), ('books', 'practice', books_at), ('mapping', 'practice', mapped_at))
      AS s (kind, owner, done_at)`
  await tx`
    INSERT INTO event (practice_id, onboarding_id, seq, kind, key, at, recorded_at, actor_type, data)
    SELECT ${practiceId}, onboarding_id, seq, kind, key, at, at, actor_type, data::jsonb FROM fact`
  await tx`
    INSERT INTO conversion (onboarding_id, practice_id, invited_at, bank_at, skipped)
    SELECT id, ${practiceId}, invited_at, bank_at, false FROM course WHERE invited_at IS NOT NULL`
  await tx`
    INSERT INTO invitation (id, practice_id, onboarding_id, generation, name, email, channels, created_at, claimed_at,
      accepted_channel)
    SELECT invitation_id, ${practiceId}, id, 1, contact_name, contact_email, '{email}', invited_at, invited_at,
      CASE WHEN accepted_at IS NOT NULL THEN 'email' END
    FROM course JOIN (SELECT id AS of, contact_name, contact_email FROM organisation) AS g ON g.of = organisation_id
    WHERE invited_at IS NOT NULL`
  await tx`
    INSERT INTO link (id, practice_id, onboarding_id, invitation_id, channel, purpose, key_id, token_sha256, created_at)
    SELECT link_id, ${practiceId}, id, invitation_id, 'email', CASE WHEN accepted_at IS NULL THEN 'accept'
      ELSE 'continue' END, 'k1', sha256(uuid_send(link_id)), invited_at FROM course WHERE invited_at IS NOT NULL`
  await tx`
    INSERT INTO message (id, practice_id, onboarding_id, generation, run, purpose, channel, link_id, recipient,
      template_version, inputs, provider, provider_id, state, state_at, attempts, claimed_at, created_at)
    SELECT CASE WHEN m.purpose = 'invitation' THEN message_id ELSE uuidv7(m.at - clock_timestamp()) END, ${practiceId},
      id, 1, 1, m.purpose, 'email', CASE WHEN m.purpose = 'invitation' THEN link_id END, m.recipient, '1',
      jsonb_build_object('organisation', 'Harbour Bakery', 'until', expires_at), 'resend', uuidv7()::text, 'delivered', m.at,
      1, m.at, m.at
    FROM (SELECT *, invited_at + interval '7 days' AS expires_at FROM course) AS c
      JOIN (SELECT id AS of, contact_email FROM organisation) AS g ON g.of = organisation_id
      CROSS JOIN LATERAL (VALUES ('invitation', invited_at, contact_email),
        ('staff_bank_connected', bank_at, 'practice@marsh-lowe.example'),
        ('staff_completed', completed_at, 'practice@marsh-lowe.example')) AS m (purpose, at, recipient)
    WHERE m.at IS NOT NULL`
}

/** How long the seeding itself takes. */
export function measureSeed(): Promise<Row[]> {
  return withStack({ services: ['sandbox'] }, async ({ owner, practice }) => {
    const count = 100_000
    const ms = await timed(() => seed(owner, practice.id, count))
    const analysedMs = await timed(() => analyse(owner))
    const statuses = await owner<{ status: string; n: number }[]>`
      SELECT status, count(*)::integer AS n FROM onboarding GROUP BY status ORDER BY n DESC`
    return [
      {
        measure: `seeding ${count} onboardings`,
        value: `${((ms + analysedMs) / 1000).toFixed(1)} s`,
        aim: '< 60 s',
        note: statuses.map(({ status, n }) => `${status} ${n}`).join(', '),
      },
    ]
  })
}

await runAlone(import.meta.url, measureSeed)
