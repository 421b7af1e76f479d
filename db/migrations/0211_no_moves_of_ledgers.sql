-- Nothing ever waited for a ledger: it is no turn any more, and no saved view asks for it.
UPDATE saved_view SET search = jsonb_set(search, '{move}', (search->'move') - 'ledger') WHERE search->'move' ? 'ledger';
