-- Advances. What a ledger keeps of them as a whole, in canonical bytes: terms, days whose reports were read, the last run.
CREATE TABLE advances_books (
    ledger INTEGER PRIMARY KEY,
    book   BLOB    NOT NULL
) STRICT;

-- An advance with its plan and its debits, in canonical bytes: all of it is read and written at once.
CREATE TABLE advances (
    key     INTEGER PRIMARY KEY,  -- ledger, seq of the credit's hold
    owed    INTEGER NOT NULL,     -- the account that keeps what is owed, as in accounts
    advance BLOB    NOT NULL
) STRICT;

CREATE INDEX advances_by_owed ON advances (owed);

-- The first day on which anything is to be done with an advance; day 0 while its credit is to be sent.
CREATE TABLE advances_due (
    ledger  INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    advance INTEGER NOT NULL,     -- seq
    PRIMARY KEY (ledger, day, advance)
) STRICT, WITHOUT ROWID;

-- What is known under the processor's names: which credit or debit it is, and what reports told of it.
CREATE TABLE advances_transactions (
    ledger         INTEGER NOT NULL,
    transaction_id TEXT    NOT NULL,
    known          BLOB    NOT NULL,
    PRIMARY KEY (ledger, transaction_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE advances_runs (
    key INTEGER PRIMARY KEY,      -- ledger, seq
    run BLOB NOT NULL
) STRICT;

-- Where something happened that a person must see.
CREATE TABLE advances_exceptions (
    key INTEGER PRIMARY KEY       -- ledger, seq
) STRICT;
