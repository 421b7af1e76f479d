-- A client can be erased: its personal data goes, ids, choices and instants stay. A row keeps that it was emptied, so that
-- what comes in late does not fill it again.
ALTER TABLE organisation ADD COLUMN erased_at timestamptz;
ALTER TABLE organisation ADD CONSTRAINT erased_is_empty CHECK (erased_at IS NULL OR num_nonnulls(practice_code, industry,
  companies_house_number, contact_name, contact_email, contact_phone, ni_number_sealed, ni_number_last4, postcode,
  intake_address, ledger_name) = 0);

ALTER TABLE invitation ADD COLUMN erased_at timestamptz;
ALTER TABLE invitation DROP CONSTRAINT invitation_check, DROP CONSTRAINT invitation_check1;
ALTER TABLE invitation
  ADD CONSTRAINT email_has_address CHECK (erased_at IS NOT NULL OR NOT 'email' = ANY (channels) OR email IS NOT NULL),
  ADD CONSTRAINT sms_has_number CHECK (erased_at IS NOT NULL OR NOT 'sms' = ANY (channels) OR phone IS NOT NULL),
  ADD CONSTRAINT erased_invitation_is_empty
    CHECK (erased_at IS NULL OR num_nonnulls(name, email, phone, message, inviter_name) = 0);

ALTER TABLE message ADD COLUMN erased_at timestamptz;
ALTER TABLE message ADD CONSTRAINT erased_message_is_empty
  CHECK (erased_at IS NULL OR num_nonnulls(recipient, inputs, provider_id) = 0);
