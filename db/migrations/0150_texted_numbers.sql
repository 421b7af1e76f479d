-- Only texts are found by the number that they went to; mails stood in this index without a reader.
DROP INDEX message_by_recipient;
CREATE INDEX message_texted ON message (practice_id, recipient, created_at) WHERE channel = 'sms';
