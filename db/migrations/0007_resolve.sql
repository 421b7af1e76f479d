-- The only ways past row-level security: each answers whose a thing is, and nothing more.
CREATE FUNCTION resolve_api_key(hash bytea) RETURNS TABLE (practice_id uuid, id uuid, scopes text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT k.practice_id, k.id, k.scopes FROM api_key k WHERE k.key_sha256 = hash AND k.revoked_at IS NULL $$;
CREATE FUNCTION resolve_link(hash bytea) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT l.practice_id, l.id, l.onboarding_id FROM link l WHERE l.token_sha256 = hash $$;
CREATE FUNCTION resolve_session(hash bytea) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT s.practice_id, s.id, s.onboarding_id FROM auth_session s WHERE s.state_sha256 = hash $$;
CREATE FUNCTION resolve_session_id(session uuid) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT s.practice_id, s.id, s.onboarding_id FROM auth_session s WHERE s.id = session $$;
CREATE FUNCTION resolve_message(message_id uuid) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT m.practice_id, m.id, m.onboarding_id FROM message m WHERE m.id = message_id $$;
CREATE FUNCTION resolve_sent_message(provider text, provider_message_id text) RETURNS TABLE (practice_id uuid, id uuid, onboarding_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT m.practice_id, m.id, m.onboarding_id FROM message m WHERE m.provider = resolve_sent_message.provider AND m.provider_id = provider_message_id $$;
CREATE FUNCTION resolve_onboarding(onboarding uuid) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT o.practice_id, o.id FROM onboarding o WHERE o.id = onboarding $$;

-- What the reconciler mends, oldest first: runs the engine never took, facts it was not told, timers it slept through.
-- Rows on a shifted clock are compared on their own clock.
CREATE FUNCTION onboardings_to_reconcile(
  not_started_after interval, not_told_after interval, overslept_after interval, at_most integer
) RETURNS TABLE (practice_id uuid, id uuid, run integer, why text, since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    (SELECT o.practice_id, o.id, o.run, 'not_started', o.last_fact_at FROM onboarding o
      WHERE o.workflow_started_at IS NULL AND o.last_fact_at < clock_timestamp() - not_started_after
      ORDER BY o.last_fact_at LIMIT at_most)
    UNION ALL
    (SELECT o.practice_id, o.id, o.run, 'not_told', o.last_fact_at FROM onboarding o
      WHERE o.fact_seq > o.notified_seq AND o.workflow_started_at IS NOT NULL
        AND o.last_fact_at < clock_timestamp() - not_told_after
      ORDER BY o.last_fact_at LIMIT at_most)
    UNION ALL
    (SELECT o.practice_id, o.id, o.run, 'overslept', o.wake_at FROM onboarding o
      WHERE o.wake_at IS NOT NULL AND o.workflow_started_at IS NOT NULL
        AND o.wake_at < clock_timestamp() + o.clock_offset_ms * interval '1 millisecond' - overslept_after
        AND (o.wake_at < clock_timestamp() - overslept_after OR o.clock_offset_ms > 0)
      ORDER BY o.wake_at LIMIT at_most)
  $$;

-- Text search needs the trigram index, which row-level security would keep from being used (ILIKE is not leakproof):
-- hence a function with the tenant as an explicit predicate.
CREATE FUNCTION search_organisations(term text, at_most integer) RETURNS TABLE (id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT o.id FROM organisation o
    WHERE o.practice_id = current_practice()
      AND lower(o.name || ' ' || coalesce(o.contact_email, '') || ' ' || coalesce(o.contact_phone, '') || ' ' ||
                coalesce(o.reference, '') || ' ' || coalesce(o.practice_code, ''))
          LIKE '%' || replace(replace(replace(lower(term), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    LIMIT at_most
  $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION epoch_ms, current_practice, resolve_onboarding, resolve_session_id, resolve_message TO embark_api, embark_worker;
GRANT EXECUTE ON FUNCTION resolve_api_key, resolve_link, resolve_session, resolve_sent_message, search_organisations TO embark_api;
GRANT EXECUTE ON FUNCTION onboardings_to_reconcile TO embark_worker;
GRANT EXECUTE ON FUNCTION keep_reference TO embark_api, embark_worker;

-- Client references are unique across practices, so that support can be told one over the phone.
CREATE FUNCTION resolve_reference(wanted text) RETURNS TABLE (practice_id uuid, id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$ SELECT o.practice_id, o.id FROM organisation o WHERE o.reference = wanted $$;
REVOKE EXECUTE ON FUNCTION resolve_reference FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_reference TO embark_api, embark_worker;
