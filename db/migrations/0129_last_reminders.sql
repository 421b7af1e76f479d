-- Whether a reminder to the client says that it is the last. Before, the last of a series had the number 3 for it,
-- whichever it was; numbers recorded then stay.
ALTER TABLE message ADD COLUMN touch_last boolean NOT NULL DEFAULT false;
UPDATE message SET touch_last = true WHERE purpose = 'client_touch' AND touch_n = 3;
