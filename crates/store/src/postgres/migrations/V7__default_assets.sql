-- Which assets were meant where none was named, and from which effect on, in canonical bytes; empty where it was the first
-- asset all along.
ALTER TABLE ledgers ADD COLUMN default_assets bytea NOT NULL DEFAULT '';
