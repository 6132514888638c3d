-- Whether the accounts of a ledger are kept in order of their entries.
ALTER TABLE ledgers ADD COLUMN rank_by_entries INTEGER NOT NULL DEFAULT 0;

-- One row a balance of such a ledger, world and accounts without entries left out.
CREATE TABLE entry_ranks (
    key     INTEGER PRIMARY KEY,  -- as in balances
    ledger  INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    account INTEGER NOT NULL      -- as in accounts
) STRICT;

CREATE INDEX entry_ranks_by_entries ON entry_ranks (ledger, entries);

-- Requests that were taken and are still to be done.
CREATE TABLE deferred (
    key INTEGER PRIMARY KEY  -- ledger, seq
) STRICT;
