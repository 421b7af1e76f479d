-- Who invited a colleague stands in the audit log; nobody read it from the invitation.
ALTER TABLE colleague_invitation DROP COLUMN invited_by;
