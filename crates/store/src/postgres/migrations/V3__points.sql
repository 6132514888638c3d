-- Points. The terms on which a ledger keeps them, where it does.
CREATE TABLE points_programs (
    ledger        integer NOT NULL,
    lifetime_days integer,
    pending_days  integer NOT NULL,
    expiring      boolean NOT NULL,
    has_lots      boolean NOT NULL,
    asset         text    COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger)
);

-- What a member has of a payer, in canonical bytes: how far lots are used, and the last lots themselves.
CREATE TABLE points_purses (
    account bigint  NOT NULL,
    ledger  integer NOT NULL,
    purse   bytea   NOT NULL,
    PRIMARY KEY (ledger, account)
) WITH (fillfactor = 50);

-- Open lots that no purse keeps with itself any more, in the order in which they are used.
CREATE TABLE points_lots (
    account       bigint        NOT NULL,
    expires_first bigint        NOT NULL,
    earned_at     bigint        NOT NULL,
    arrival       bigint        NOT NULL,
    expires_at    bigint,
    ledger        integer       NOT NULL,
    points        numeric(39,0) NOT NULL,
    PRIMARY KEY (ledger, account, expires_first, earned_at, arrival)
);

CREATE INDEX points_lots_by_expiry ON points_lots (ledger, account, expires_at);

-- When something is to be done with a lot: it expires, or its points can be spent.
CREATE TABLE points_due (
    at      bigint  NOT NULL,
    arrival bigint  NOT NULL,
    ledger  integer NOT NULL,
    PRIMARY KEY (ledger, at, arrival)
);

-- How much was given back of spends, where anything was.
CREATE TABLE points_refunds (
    seq      bigint        NOT NULL,
    ledger   integer       NOT NULL,
    refunded numeric(39,0) NOT NULL,
    PRIMARY KEY (ledger, seq)
);
