-- Which numbers asked for no more texts is asked of their own table, for every invitation alike.
ALTER TABLE invitation DROP COLUMN texts_stopped_at;
