-- Of an accepted client bank and books can be open at once: what leads stands in blocked_by and move, the other here.
-- needs_staff: either of them is something that staff have to put right or should look at.
ALTER TABLE onboarding
  ADD COLUMN also_blocked_by text,
  ADD COLUMN also_move text,
  ADD COLUMN turns_also_blocked_by text,
  ADD COLUMN turns_also_move text,
  ADD COLUMN needs_staff boolean NOT NULL DEFAULT false;

CREATE INDEX onboarding_needs_staff ON onboarding (practice_id, created_at DESC, id DESC) WHERE needs_staff;
CREATE INDEX onboarding_needs_staff_waiting ON onboarding (practice_id, since, id) WHERE needs_staff;
CREATE INDEX onboarding_also ON onboarding (practice_id, also_move, created_at DESC, id DESC) WHERE also_move IS NOT NULL;
CREATE INDEX onboarding_also_waiting ON onboarding (practice_id, also_move, since, id) WHERE also_move IS NOT NULL;

UPDATE onboarding SET needs_staff = true
WHERE blocked_by IN ('bounced', 'blocked', 'sms_failed', 'send_unknown', 'expired', 'declined', 'mapping');

-- The open steps of accepted clients as describe() says them: now, and once a bank has been left failed for 48 hours.
WITH open_step AS (
  SELECT o.id, o.clock_offset_ms * interval '1 millisecond' AS clock_offset, s.kind, s.owner, s.phase, s.reason,
    s.failed_at, s.started_at, greatest(o.accepted_at, s.opened_at) AS since,
    max(s.failed_at) FILTER (WHERE s.kind = 'bank') OVER (PARTITION BY o.id) + interval '48 hours' AS turns_at
  FROM onboarding o JOIN onboarding_step s ON s.onboarding_id = o.id
  WHERE o.status = 'accepted' AND s.required AND s.done_at IS NULL AND s.skipped_at IS NULL AND s.kind <> 'mapping'
), waiting AS (
  SELECT s.id, s.clock_offset, s.turns_at, t.is_later, s.kind, s.reason,
    CASE WHEN s.phase = 'lost' THEN 'lost'
      WHEN s.kind = 'bank' THEN CASE
        WHEN s.phase = 'at_provider' THEN 'at_bank'
        WHEN s.phase = 'unconfirmed' THEN 'bank_unconfirmed'
        WHEN s.phase IN ('signatory', 'processing') THEN s.phase
        WHEN s.failed_at IS NULL THEN 'bank'
        WHEN t.at >= s.turns_at THEN 'bank_failed_old'
        WHEN s.reason = 'bank_down' THEN 'bank_down'
        ELSE 'bank_failed' END
      WHEN s.phase = 'choose_organisation' THEN 'choose_org'
      WHEN s.phase = 'check_organisation' THEN 'wrong_org'
      WHEN s.reason IN ('permission', 'already_linked') THEN s.reason
      ELSE 'books' END AS blocked_by,
    s.owner, s.since, s.started_at, s.failed_at
  FROM open_step s
    CROSS JOIN LATERAL (VALUES (false, clock_timestamp() + s.clock_offset), (true, s.turns_at)) AS t (is_later, at)
  WHERE t.at IS NOT NULL
), judged AS (
  SELECT w.*, m.move,
    CASE WHEN w.blocked_by = 'bank_failed_old' THEN w.turns_at
      WHEN w.blocked_by IN ('lost', 'bank_down', 'bank_failed') THEN coalesce(w.failed_at, w.since)
      WHEN w.blocked_by IN ('at_bank', 'bank_unconfirmed', 'signatory', 'processing') THEN coalesce(w.started_at, w.since)
      WHEN w.blocked_by IN ('choose_org', 'wrong_org', 'permission', 'already_linked')
        THEN coalesce(w.failed_at, w.started_at, w.since)
      ELSE w.since END AS waits_since,
    w.blocked_by IN ('signatory', 'bank_down', 'bank_failed_old', 'wrong_org', 'already_linked', 'permission', 'lost')
      OR w.blocked_by = 'bank_failed' AND coalesce(w.reason, '') IN ('refused', 'no_accounts', 'unavailable', 'unconfirmed')
      AS needs_staff
  FROM waiting w CROSS JOIN LATERAL (SELECT CASE
    WHEN w.blocked_by IN ('bank_failed_old', 'wrong_org', 'already_linked') THEN 'practice'
    WHEN w.blocked_by = 'lost' AND w.kind = 'bank' AND w.reason = 'stopped' THEN 'practice'
    WHEN w.blocked_by IN ('processing', 'bank_down') THEN 'bank'
    WHEN w.blocked_by IN ('books', 'choose_org', 'permission', 'lost') THEN w.owner
    ELSE 'client' END) AS m (move)
), ordered AS (
  SELECT j.*, row_number() OVER (PARTITION BY j.id, j.is_later ORDER BY
    CASE WHEN j.needs_staff THEN 0 WHEN j.blocked_by = 'bank_failed' THEN 1 ELSE 2 END,
    array_position('{practice,client}', j.move), j.kind) AS place
  FROM judged j
), standing AS (
  SELECT id, is_later, max(turns_at - clock_offset) AS turns_at, bool_or(needs_staff) AS needs_staff,
    max(waits_since) FILTER (WHERE place = 1) AS since,
    max(blocked_by) FILTER (WHERE place = 1) AS blocked_by, max(move) FILTER (WHERE place = 1) AS move,
    max(blocked_by) FILTER (WHERE place = 2) AS also_blocked_by, max(move) FILTER (WHERE place = 2) AS also_move
  FROM ordered GROUP BY id, is_later
)
UPDATE onboarding o SET blocked_by = n.blocked_by, move = n.move, since = n.since, also_blocked_by = n.also_blocked_by,
  also_move = n.also_move, needs_staff = n.needs_staff, turns_at = l.turns_at, turns_blocked_by = l.blocked_by,
  turns_move = l.move, turns_also_blocked_by = l.also_blocked_by, turns_also_move = l.also_move
FROM standing n LEFT JOIN standing l ON l.id = n.id AND l.is_later AND l.turns_at > clock_timestamp()
  AND (l.blocked_by, l.also_blocked_by) IS DISTINCT FROM (n.blocked_by, n.also_blocked_by)
WHERE n.id = o.id AND NOT n.is_later;
