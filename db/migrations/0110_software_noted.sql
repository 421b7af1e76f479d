-- The accounting software that a client uses, as its practice notes it: one that Embark connects, another, or none.
ALTER TABLE organisation ADD COLUMN software text CHECK (software ~ '^[a-z]{2,40}$');
