-- When a browser set out for the ledger: an organisation that was connected since then was chosen on this trip.
ALTER TABLE auth_session ADD COLUMN departed_at timestamptz;

-- A ledger may limit how many organisations we connect, over all practices.
CREATE FUNCTION count_ledger_connections(of_provider text) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  AS $$
    SELECT count(*)::int FROM (
      SELECT c.external_id FROM connection c
        WHERE c.provider = of_provider AND c.kind = 'books' AND c.state IN ('connected', 'lost')
      UNION
      SELECT s.external_id FROM auth_session s WHERE s.provider = of_provider AND s.status = 'held'
    ) AS standing
  $$;
REVOKE EXECUTE ON FUNCTION count_ledger_connections FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_ledger_connections TO embark_api, embark_worker;
