-- Advances. What a ledger keeps of them as a whole, in canonical bytes: terms, days whose reports were read, the last run.
CREATE TABLE advances_books (
    ledger integer NOT NULL PRIMARY KEY,
    book   bytea   NOT NULL
);

-- An advance with its plan and its debits, in canonical bytes: all of it is read and written at once.
CREATE TABLE advances (
    seq     bigint  NOT NULL,  -- of the credit's hold
    owed    bigint  NOT NULL,  -- the account that keeps what is owed
    ledger  integer NOT NULL,
    advance bytea   NOT NULL,
    PRIMARY KEY (ledger, seq)
);

CREATE INDEX advances_by_owed ON advances (ledger, owed, seq);

-- The first day on which anything is to be done with an advance; day 0 while its credit is to be sent.
CREATE TABLE advances_due (
    advance bigint  NOT NULL,
    ledger  integer NOT NULL,
    day     integer NOT NULL,
    PRIMARY KEY (ledger, day, advance)
);

-- What is known under the processor's names: which credit or debit it is, and what reports told of it.
CREATE TABLE advances_transactions (
    ledger         integer NOT NULL,
    transaction_id bytea   NOT NULL,
    known          bytea   NOT NULL,
    PRIMARY KEY (ledger, transaction_id)
);

CREATE TABLE advances_runs (
    seq    bigint  NOT NULL,
    ledger integer NOT NULL,
    run    bytea   NOT NULL,
    PRIMARY KEY (ledger, seq)
);

-- Where something happened that a person must see.
CREATE TABLE advances_exceptions (
    seq    bigint  NOT NULL,
    ledger integer NOT NULL,
    PRIMARY KEY (ledger, seq)
);
