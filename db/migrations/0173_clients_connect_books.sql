-- Whether a client may connect accounting software on their own pages: the practice's choice.
ALTER TABLE practice ADD COLUMN clients_connect_books boolean NOT NULL DEFAULT true;
GRANT UPDATE (clients_connect_books) ON practice TO embark_api;
