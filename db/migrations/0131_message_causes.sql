-- The cause of a message's state as a code beside the provider's words. Before, an English sentence or the end of one
-- stood for it.
ALTER TABLE message ADD COLUMN cause text CHECK (cause IN ('mail', 'moment', 'overtaken', 'known_address'));
UPDATE message SET cause = 'known_address', reason = NULL
  WHERE reason = 'This address already belongs to someone on Embark.';
UPDATE message SET cause = 'overtaken', reason = NULL WHERE reason = 'It was no longer needed while it was being sent.';
UPDATE message SET cause = 'mail', reason = nullif(regexp_replace(reason, ' ?\(the address is fine\)$', ''), '')
  WHERE reason LIKE '%(the address is fine)';
UPDATE message SET cause = 'moment', reason = nullif(regexp_replace(reason, ' ?\(sent once more\)$', ''), '')
  WHERE reason LIKE '%(sent once more)';
