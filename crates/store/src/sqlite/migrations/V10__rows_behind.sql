-- Balances and some ids are written behind the journal. Of each ledger: in its rows is everything up to a batch, named
-- by its last effect and its hash. While newer rows are being written, balances up to the key upto have everything up to the next
-- batch. What is missing is derived from the journal.
CREATE TABLE rows_behind (
    ledger     INTEGER PRIMARY KEY,
    batch      INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    hash       BLOB    NOT NULL,
    next_batch INTEGER,
    next_seq   INTEGER,
    next_hash  BLOB,
    upto       INTEGER
) STRICT;

INSERT INTO rows_behind (ledger, batch, seq, hash) SELECT no, batch, seq, hash FROM ledgers WHERE seq > 0;
