-- Whether the accounts of a ledger are kept in order of their entries.
ALTER TABLE ledgers ADD COLUMN rank_by_entries boolean NOT NULL DEFAULT false;

-- One row a balance of such a ledger, world and accounts without entries left out.
CREATE TABLE entry_ranks (
    account bigint  NOT NULL,
    asset   bigint  NOT NULL,
    entries bigint  NOT NULL,
    ledger  integer NOT NULL,
    PRIMARY KEY (ledger, account, asset)
) WITH (fillfactor = 70);

CREATE INDEX entry_ranks_by_entries ON entry_ranks (ledger, entries);

-- Requests that were taken and are still to be done.
CREATE TABLE deferred (
    seq    bigint  NOT NULL,
    ledger integer NOT NULL,
    PRIMARY KEY (ledger, seq)
);
