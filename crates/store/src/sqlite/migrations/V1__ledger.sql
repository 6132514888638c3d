-- The ledger on SQLite. All tables STRICT; amounts and balances are ANY: an INTEGER where they fit 64 bits, otherwise
-- 16 bytes, big-endian. No arithmetic on them in SQL.
--
-- Rows that come in order and are many (journal, batches, accounts, transaction states) have one integer key,
-- ledger * 2^40 + number, because SQLite appends to an integer-keyed table without splitting its pages.

CREATE TABLE ledgers (
    no                INTEGER PRIMARY KEY,
    name              TEXT    NOT NULL UNIQUE,
    batch             INTEGER NOT NULL,
    epoch             INTEGER NOT NULL,
    seq               INTEGER NOT NULL,
    at                INTEGER NOT NULL,
    hash              BLOB    NOT NULL,
    accounts          INTEGER NOT NULL,
    implicit_accounts INTEGER NOT NULL,
    zero_amounts      INTEGER NOT NULL
) STRICT;

CREATE TABLE assets (
    ledger INTEGER NOT NULL,
    no     INTEGER NOT NULL,
    code   TEXT    NOT NULL,
    scale  INTEGER NOT NULL,
    PRIMARY KEY (ledger, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    key       INTEGER PRIMARY KEY,  -- ledger, account
    ledger    INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    metadata  BLOB,
    opened_at INTEGER NOT NULL,
    frozen    INTEGER NOT NULL,
    closed    INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX accounts_by_name ON accounts (ledger, name);

-- One row an (account, asset), rewritten whole by every batch that touches it. With one integer key and no index that is
-- one descent and one overwrite; a key of three columns took twice as long.
CREATE TABLE balances (
    key         INTEGER PRIMARY KEY,  -- ledger * 2^44 + account * 2^12 + asset
    min_balance ANY,
    max_balance ANY,
    posted      ANY     NOT NULL,
    pending_in  ANY     NOT NULL,
    pending_out ANY     NOT NULL,
    entries     INTEGER NOT NULL,
    last        INTEGER,
    off_date    ANY     NOT NULL
) STRICT;

-- One row an effect, never updated. Postings and holds use the columns; every other kind keeps its canonical bytes in
-- payload. The row that stands for a command's outcome has the command's fingerprint, and its id where that is not the
-- transaction's.
CREATE TABLE journal (
    key                  INTEGER PRIMARY KEY,  -- ledger, seq
    kind                 INTEGER NOT NULL,
    at                   INTEGER NOT NULL,
    transaction_id       BLOB,
    command_id           BLOB,
    fingerprint          BLOB,
    leg                  INTEGER,
    legs                 INTEGER,
    asset                INTEGER,
    amount               ANY,
    source               INTEGER,
    source_previous      INTEGER,
    source_entry         INTEGER,
    source_balance       ANY,
    destination          INTEGER,
    destination_previous INTEGER,
    destination_entry    INTEGER,
    destination_balance  ANY,
    effective_at         INTEGER,  -- of a hold: when it expires
    hold                 INTEGER,
    payload              BLOB
) STRICT;

-- Outcomes by id. Time-ordered ids append to its right edge.
CREATE TABLE outcomes (
    ledger INTEGER NOT NULL,
    id     BLOB    NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (ledger, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE transaction_references (
    ledger    INTEGER NOT NULL,
    reference TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    PRIMARY KEY (ledger, reference)
) STRICT, WITHOUT ROWID;

CREATE TABLE transaction_metadata (
    ledger INTEGER NOT NULL,
    key    TEXT    NOT NULL,
    value  TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (ledger, key, value, seq)
) STRICT, WITHOUT ROWID;

-- Only transactions that were held or reversed have a row.
CREATE TABLE transaction_states (
    key         INTEGER PRIMARY KEY,  -- ledger, seq of the transaction's first effect
    id          BLOB    NOT NULL,
    state       INTEGER NOT NULL,     -- 0 posted, 1 pending, 2 posted from a hold, 3 voided, 4 expired
    expires_at  INTEGER,
    resolved    INTEGER,              -- seq of what ended the hold
    amount      ANY,
    reversed_by BLOB
) STRICT;

-- Pending holds that expire, in the order in which they do, over all ledgers of the file.
CREATE TABLE hold_expiries (
    expires_at INTEGER NOT NULL,
    key        INTEGER NOT NULL,
    PRIMARY KEY (expires_at, key)
) STRICT, WITHOUT ROWID;

-- Every 64th entry of a balance.
CREATE TABLE milestones (
    ledger  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    asset   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (ledger, account, asset, at, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE off_dates (
    ledger  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    asset   INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    sum     ANY     NOT NULL,
    PRIMARY KEY (ledger, account, asset, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE off_date_buckets (
    ledger  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    asset   INTEGER NOT NULL,
    level   INTEGER NOT NULL,
    bucket  INTEGER NOT NULL,
    sum     ANY     NOT NULL,
    PRIMARY KEY (ledger, account, asset, level, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE batches (
    key  INTEGER PRIMARY KEY,  -- ledger, batch
    last INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    hash BLOB    NOT NULL
) STRICT;
