-- That a number answered STOP is a cause and no reason: reasons are the provider's words.
ALTER TABLE message DROP CONSTRAINT message_cause_check,
  ADD CONSTRAINT message_cause_check CHECK (cause IN ('mail', 'moment', 'overtaken', 'known_address', 'opted_out'));
UPDATE message SET cause = 'opted_out', reason = NULL WHERE state = 'suppressed' AND reason = 'stop';
