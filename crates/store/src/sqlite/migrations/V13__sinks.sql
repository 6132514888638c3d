-- How far each sink of events is, and what was delivered to it last. A delivery is no effect, so this is in no journal.
CREATE TABLE sinks (
    name     TEXT    PRIMARY KEY,
    epoch    INTEGER NOT NULL,
    ordered_at INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    retries  BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- A row is used again for the delivery so many numbers later.
CREATE TABLE deliveries (
    sink    TEXT    NOT NULL,
    slot    INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    seq     INTEGER,
    attempt INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    took_us INTEGER NOT NULL,
    status  INTEGER,
    reason  TEXT    NOT NULL,
    PRIMARY KEY (sink, slot)
) STRICT, WITHOUT ROWID;
