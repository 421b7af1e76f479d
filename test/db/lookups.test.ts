import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { resolveApiKey, resolveLink, resolveMessage, resolveOnboarding, resolveSession } from '../../db/resolve.ts'
import { forFile } from '../forFile.ts'
import { as, startEngineAway } from './engineAway.ts'

const with_ = forFile(startEngineAway)
let ours: { practiceId: string; onboardingId: string }
let theirs: { practiceId: string; onboardingId: string }

beforeAll(async () => {
  ours = await with_.create(await with_.createPractice(), ['email', 'sms'], 'Harbour Bakery Ltd')
  theirs = await with_.create(await with_.createPractice(), ['email'], 'Harbour Lights Ltd')
  await with_.ensureLink(ours)
  await with_.ensureLink(theirs)
})

describe('functions that look past it', () => {
  const definers = () =>
    with_.owner<{ name: string; config: string[] | null; returns: string; source: string; public: boolean }[]>`
      SELECT p.proname AS name, p.proconfig AS config, pg_get_function_result(p.oid) AS returns, p.prosrc AS source,
        has_function_privilege('public', p.oid, 'EXECUTE') AS public
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef ORDER BY 1`

  /**
   * The columns that these functions may return besides ids: a key's scopes, a stale run and its instant, a sleeping
   * connection or sign-in by its kind, the length of a log; a person's roles in their practices, and whether they are support; for support only, a client's name and
   * status, and a practice's support access; for a client's person, their identity, their organisations and which of
   * them are one business; a number of swept rows; or nothing.
   */
  const ANSWERS = [
    'practice_id uuid',
    'id uuid',
    'onboarding_id uuid',
    'scopes text[]',
    'run integer',
    'seq integer',
    'why text',
    'kind text',
    'since timestamp with time zone',
    'name text',
    'role text',
    'add_clients boolean',
    'sign_on_required boolean',
    'second_factor_required boolean',
    'boolean',
    'void',
    'client text',
    'stage text',
    'access text',
    'until timestamp with time zone',
    'asked_at timestamp with time zone',
    'uuid',
    'SETOF uuid',
    'person_id uuid',
    'organisation_id uuid',
    'link_id uuid',
    'key_id text',
    'address text',
    'practice text',
    'business uuid',
    'plan text',
    'time_zone text',
    // A bank, with counts of the clients of all practices who tried it.
    'institution text',
    'has_tried boolean',
    'outage uuid',
    'retry_at timestamp with time zone',
    'failed integer',
    'connected integer',
    'usually_failed integer',
    'usually_connected integer',
    'first_failed_at timestamp with time zone',
    'last_failed_at timestamp with time zone',
    // A practice's logo, which is shown on public pages.
    'bytea',
    'integer',
    'trigger',
  ]

  test('each has a pinned search path, is not public, and answers whose a thing is and nothing more', async () => {
    const found = await definers()
    expect(found.length).toBeGreaterThan(7)
    for (const { name, config, returns, source, public: open } of found) {
      // Settings of the planner are allowed as well.
      const paths = config?.filter((one) => !/^(plan_cache_mode|random_page_cost)=/.test(one))
      expect(paths, name).toEqual(['search_path=pg_catalog, public, pg_temp'])
      expect(open, name).toBe(false)
      // A function that filters by tenant explicitly may return more.
      if (source.includes('practice_id = current_practice()')) continue
      const columns = returns.replace(/^TABLE\(|\)$/g, '').split(', ')
      for (const column of columns) expect(ANSWERS, `${name}: ${column}`).toContain(column)
    }
  })

  test('each role has those it needs', async () => {
    const grants = await with_.owner<{ role: string; names: string[] }[]>`
      SELECT r.rolname AS role, array_agg(p.proname::text ORDER BY p.proname) AS names FROM pg_proc p CROSS JOIN pg_roles r
      WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND r.rolname IN ('embark_api', 'embark_worker')
        AND has_function_privilege(r.oid, p.oid, 'EXECUTE') GROUP BY 1 ORDER BY 1`
    const [api, worker] = grants
    expect(api?.names).not.toContain('onboardings_to_reconcile')
    expect(api?.names).not.toContain('onboardings_with_open_run')
    expect(api?.names).not.toContain('bank_tries')
    expect(worker?.names).not.toContain('resolve_api_key')
    expect(worker?.names).not.toContain('search_clients')
  })

  test('they find whose a thing is, and nothing for what is unknown', async () => {
    const { db } = with_.api
    const [made] = await with_.owner<{ hash: Buffer; message: string }[]>`
      SELECT l.token_sha256 AS hash, m.id AS message FROM link l JOIN message m USING (onboarding_id)
      WHERE onboarding_id = ${ours.onboardingId} LIMIT 1`
    expect(await resolveLink(db, made?.hash ?? Buffer.alloc(32))).toMatchObject(ours)
    expect(await resolveMessage(db, made?.message ?? '')).toMatchObject(ours)
    expect(await resolveOnboarding(db, ours.onboardingId)).toBe(ours.practiceId)
    expect(await resolveLink(db, Buffer.alloc(32))).toBeNull()
    expect(await resolveApiKey(db, Buffer.alloc(32))).toBeNull()
    expect(await resolveSession(db, randomUUID())).toBeNull()
    expect(await resolveOnboarding(db, randomUUID())).toBeNull()
  })

  test('a revoked key opens nothing', async () => {
    const hash = Buffer.alloc(32, 7)
    await with_.owner`INSERT INTO api_key (practice_id, name, key_sha256, scopes)
      VALUES (${ours.practiceId}, 'Demo', ${hash}, '{read}')`
    expect(await resolveApiKey(with_.api.db, hash)).toMatchObject({ practiceId: ours.practiceId, scopes: ['read'] })
    await with_.owner`UPDATE api_key SET revoked_at = now() WHERE key_sha256 = ${hash}`
    expect(await resolveApiKey(with_.api.db, hash)).toBeNull()
  })

  test('a search finds the tenant’s clients only, and takes % and _ as they are written', async () => {
    const search = (practiceId: string | null, term: string) =>
      as(with_.database, 'api', practiceId, async (sql) => {
        const rows = await sql<{ name: string }[]>`
          SELECT o.name FROM search_clients(${term}, NULL, 50) s JOIN organisation o USING (id)`
        return rows.map((row) => row.name)
      })
    expect(await search(ours.practiceId, 'HARBOUR')).toEqual(['Harbour Bakery Ltd'])
    expect(await search(theirs.practiceId, 'harbour')).toEqual(['Harbour Lights Ltd'])
    expect(await search(ours.practiceId, 'lights')).toEqual([])
    for (const term of ['%', '_arbour', 'h%r', '\\']) expect(await search(ours.practiceId, term), term).toEqual([])
    const ids = await as(with_.database, 'api', null, (sql) => sql`SELECT id FROM search_clients('harbour', NULL, 50)`)
    expect(ids).toHaveLength(0)
  })
})

describe('a client’s name and number', () => {
  test('the client reference is given once and never changes', async () => {
    const set = (reference: string | null) =>
      with_.owner`UPDATE organisation SET reference = ${reference}
        WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${ours.onboardingId})`
    await expect(set('EM-ILOU00')).rejects.toThrow('organisation_reference_check')
    await set('EM-7K2M9P')
    await set('EM-7K2M9P')
    await expect(set('EM-7K2M9Q')).rejects.toThrow('the client reference is immutable')
    await expect(set(null)).rejects.toThrow('the client reference is immutable')
    await expect(
      with_.owner`UPDATE organisation SET reference = 'EM-7K2M9P'
        WHERE id = (SELECT organisation_id FROM onboarding WHERE id = ${theirs.onboardingId})`,
    ).rejects.toThrow('organisation_reference_key')
  })

  test('a practice code belongs to one client of a practice, whatever its case, and may be another’s elsewhere', async () => {
    const add = (practiceId: string, code: string) => with_.owner`
      INSERT INTO organisation (practice_id, name, kind, country, currency, practice_code)
      VALUES (${practiceId}, 'Coded Ltd', 'business', 'GB', 'GBP', ${code})`
    await add(ours.practiceId, 'HB-1')
    await expect(add(ours.practiceId, 'hb-1')).rejects.toThrow('organisation_practice_code')
    await add(theirs.practiceId, 'hb-1')
  })
})
