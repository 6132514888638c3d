-- Points. The terms on which a ledger keeps them, where it does.
CREATE TABLE points_programs (
    ledger        INTEGER PRIMARY KEY,
    asset         TEXT    NOT NULL,
    expiring      INTEGER NOT NULL,
    lifetime_days INTEGER,
    pending_days  INTEGER NOT NULL,
    has_lots      INTEGER NOT NULL
) STRICT;

-- What a member has of a payer, in canonical bytes: how far lots are used, and the last lots themselves. Lots of many
-- purses arrive mixed; a row each would touch a page each, and these rows are small and close together.
CREATE TABLE points_purses (
    key   INTEGER PRIMARY KEY,  -- as in accounts
    purse BLOB    NOT NULL
) STRICT;

-- Open lots that no purse keeps with itself any more, in the order in which they are used.
CREATE TABLE points_lots (
    purse         INTEGER NOT NULL,  -- as in accounts
    expires_first INTEGER NOT NULL,
    earned_at     INTEGER NOT NULL,
    arrival       INTEGER NOT NULL,
    expires_at    INTEGER,
    points        ANY     NOT NULL,
    PRIMARY KEY (purse, expires_first, earned_at, arrival)
) STRICT, WITHOUT ROWID;

CREATE INDEX points_lots_by_expiry ON points_lots (purse, expires_at) WHERE expires_at IS NOT NULL;

-- When something is to be done with a lot: it expires, or its points can be spent.
CREATE TABLE points_due (
    ledger  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    PRIMARY KEY (ledger, at, arrival)
) STRICT, WITHOUT ROWID;

-- How much was given back of spends, where anything was.
CREATE TABLE points_refunds (
    key      INTEGER PRIMARY KEY,  -- ledger, seq of what says what was spent
    refunded ANY     NOT NULL
) STRICT;
