-- Whether a ledger takes commands: 0 open, 1 archived, 2 deleted. Of a deleted ledger only this row is left, with its last
-- batch and hash, so that its name is not used again.
ALTER TABLE ledgers ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
