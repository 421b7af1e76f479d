-- Of clients that somebody has to move, lists follow one index in either order, and pass over those that a filter by turn,
-- blocker or need of staff leaves out: at 100,000 clients some 16,000 are waited for, and passing over all takes about
-- 13 ms. Eight indexes made that faster, and each was written again with every change of an onboarding.
DROP INDEX onboarding_blocked, onboarding_blocked_waiting, onboarding_move, onboarding_move_waiting, onboarding_needs_staff,
  onboarding_needs_staff_waiting, onboarding_also, onboarding_also_waiting;
CREATE INDEX onboarding_newest_open ON onboarding (practice_id, created_at DESC, id DESC) WHERE move IS NOT NULL;
