-- The ledger on PostgreSQL, and on engines that speak its protocol: the ledger first in every key, no sequences,
-- triggers or partial indexes. Amounts, balances and sums are numeric(39,0); no arithmetic on them in SQL. Columns stand
-- by their alignment, widest first, which spares eight bytes a row. Texts compare by bytes.
--
-- owner and lease_until: the node that serves the ledger, and until when by this database's clock. batch 0 is a ledger
-- that nobody has opened: a row that only keeps a lost commit from landing late. arriving: recorded batches are still to
-- come from another store, and until then nobody sees it.

CREATE TABLE ledgers (
    batch             bigint      NOT NULL,
    epoch             bigint      NOT NULL,
    seq               bigint      NOT NULL,
    at                bigint      NOT NULL,
    accounts          bigint      NOT NULL,
    lease_until       timestamptz,
    no                integer     NOT NULL,
    implicit_accounts boolean     NOT NULL,
    zero_amounts      boolean     NOT NULL,
    arriving          boolean     NOT NULL,
    name              text        COLLATE "C" NOT NULL,
    hash              bytea       NOT NULL,
    owner             text        COLLATE "C",
    PRIMARY KEY (no)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX ledgers_by_name ON ledgers (name);

CREATE TABLE assets (
    no     bigint  NOT NULL,
    ledger integer NOT NULL,
    scale  integer NOT NULL,
    code   text    COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, no)
);

CREATE TABLE accounts (
    no        bigint  NOT NULL,
    opened_at bigint  NOT NULL,
    ledger    integer NOT NULL,
    frozen    boolean NOT NULL,
    closed    boolean NOT NULL,
    name      text    COLLATE "C" NOT NULL,
    metadata  bytea,
    PRIMARY KEY (ledger, no)
);

CREATE UNIQUE INDEX accounts_by_name ON accounts (ledger, name);

-- One row an (account, asset), rewritten by every batch that touches it: half of each page is left free, so that the new
-- version stands beside the old one and no index is touched.
CREATE TABLE balances (
    account     bigint        NOT NULL,
    asset       bigint        NOT NULL,
    entries     bigint        NOT NULL,
    last        bigint,
    ledger      integer       NOT NULL,
    min_balance numeric(39,0),
    max_balance numeric(39,0),
    posted      numeric(39,0) NOT NULL,
    pending_in  numeric(39,0) NOT NULL,
    pending_out numeric(39,0) NOT NULL,
    off_date    numeric(39,0) NOT NULL,
    PRIMARY KEY (ledger, account, asset)
) WITH (fillfactor = 50);

-- One row an effect, never updated. Postings and holds use the columns; every other kind keeps its canonical bytes in
-- payload. The row that stands for a command's outcome has the command's id and fingerprint.
CREATE TABLE journal (
    seq                  bigint  NOT NULL,
    at                   bigint  NOT NULL,
    source               bigint,
    source_previous      bigint,
    source_entry         bigint,
    destination          bigint,
    destination_previous bigint,
    destination_entry    bigint,
    effective_at         bigint,  -- of a hold: when it expires
    hold                 bigint,
    asset                bigint,
    ledger               integer NOT NULL,
    kind                 integer NOT NULL,
    leg                  integer,
    legs                 integer,
    transaction_id       uuid,
    outcome_id           uuid,
    fingerprint          uuid,    -- 16 bytes of a hash, as an identifier because that takes no length
    amount               numeric(39,0),
    source_balance       numeric(39,0),
    destination_balance  numeric(39,0),
    payload              bytea,
    PRIMARY KEY (ledger, seq)
);

-- Outcomes by id: rows without one stand together at its end. Time-ordered ids append before them. A table of its own, as
-- on SQLite, would be written twice: its heap, and this.
CREATE UNIQUE INDEX journal_by_outcome ON journal (ledger, outcome_id);

-- A reference may hold any character, which text may not.
CREATE TABLE transaction_references (
    seq       bigint  NOT NULL,
    ledger    integer NOT NULL,
    reference bytea   NOT NULL,
    PRIMARY KEY (ledger, reference)
);

-- A pair is a hash of key and value, because a value may be longer than an index takes; readers compare the pairs.
CREATE TABLE transaction_metadata (
    seq    bigint  NOT NULL,
    ledger integer NOT NULL,
    pair   uuid    NOT NULL,
    PRIMARY KEY (ledger, pair, seq)
);

-- Only transactions that were held or reversed have a row.
CREATE TABLE transaction_states (
    seq         bigint  NOT NULL,  -- of the transaction's first effect
    expires_at  bigint,
    resolved    bigint,            -- seq of what ended the hold
    ledger      integer NOT NULL,
    state       integer NOT NULL,  -- 0 posted, 1 pending, 2 posted from a hold, 3 voided, 4 expired
    id          uuid    NOT NULL,
    reversed_by uuid,
    amount      numeric(39,0),
    PRIMARY KEY (ledger, seq)
);

-- Pending holds that expire.
CREATE TABLE hold_expiries (
    expires_at bigint  NOT NULL,
    seq        bigint  NOT NULL,
    ledger     integer NOT NULL,
    PRIMARY KEY (ledger, seq)
);

-- In the order in which they do, over all ledgers: the only key that has no ledger first.
CREATE INDEX hold_expiries_by_time ON hold_expiries (expires_at);

-- Every 64th entry of a balance.
CREATE TABLE milestones (
    account bigint  NOT NULL,
    asset   bigint  NOT NULL,
    at      bigint  NOT NULL,
    seq     bigint  NOT NULL,
    ledger  integer NOT NULL,
    PRIMARY KEY (ledger, account, asset, at, seq)
);

CREATE TABLE off_dates (
    account bigint        NOT NULL,
    asset   bigint        NOT NULL,
    seq     bigint        NOT NULL,
    ledger  integer       NOT NULL,
    sum     numeric(39,0) NOT NULL,
    PRIMARY KEY (ledger, account, asset, seq)
);

CREATE TABLE off_date_buckets (
    account bigint        NOT NULL,
    asset   bigint        NOT NULL,
    bucket  bigint        NOT NULL,
    ledger  integer       NOT NULL,
    level   integer       NOT NULL,
    sum     numeric(39,0) NOT NULL,
    PRIMARY KEY (ledger, account, asset, level, bucket)
) WITH (fillfactor = 70);

CREATE TABLE batches (
    batch  bigint  NOT NULL,
    last   bigint  NOT NULL,
    at     bigint  NOT NULL,
    ledger integer NOT NULL,
    hash   bytea   NOT NULL,
    PRIMARY KEY (ledger, batch)
);

-- Nodes that serve this database, when each was last alive, and which process it is.
CREATE TABLE nodes (
    seen_at timestamptz NOT NULL,
    process uuid        NOT NULL,
    url     text        COLLATE "C" NOT NULL,
    PRIMARY KEY (url)
);

-- What nodes of this database show each other: who can read this may write anyway.
CREATE TABLE secrets (
    no     integer NOT NULL,
    secret bytea   NOT NULL,
    PRIMARY KEY (no)
);
