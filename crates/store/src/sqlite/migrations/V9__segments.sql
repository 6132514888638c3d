-- The journal as what is hashed: segments of the canonical bytes of neighbouring effects of one batch. How long each
-- effect is stands beside them, in canonical bytes too. Rows of earlier releases are made into segments when the store is
-- opened, batch by batch, and their table goes when none is left.
ALTER TABLE journal RENAME TO journal_rows;

CREATE TABLE journal (
    key     INTEGER PRIMARY KEY,  -- ledger, seq of the first effect
    lengths BLOB    NOT NULL,
    effects BLOB    NOT NULL
) STRICT;
