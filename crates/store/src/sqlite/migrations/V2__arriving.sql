-- Whether recorded batches of a ledger are still to come from another store: until then nobody sees it.
ALTER TABLE ledgers ADD COLUMN arriving INTEGER NOT NULL DEFAULT 0;
