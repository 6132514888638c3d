-- How far each sink of events is, who sends to it, and what was delivered to it last. A delivery is no effect, so this is in
-- no journal.
CREATE TABLE sinks (
    epoch    bigint      NOT NULL,
    ordered_at bigint      NOT NULL,
    seq      bigint      NOT NULL,
    seen_at  bigint      NOT NULL,
    attempts bigint      NOT NULL,
    until    timestamptz NOT NULL,
    name     text        PRIMARY KEY,
    owner    text        NOT NULL,
    retries  bytea       NOT NULL
);

-- A row is used again for the delivery so many numbers later.
CREATE TABLE deliveries (
    slot    bigint  NOT NULL,
    number  bigint  NOT NULL,
    seq     bigint,
    attempt bigint  NOT NULL,
    at      bigint  NOT NULL,
    took_us bigint  NOT NULL,
    status  integer,
    sink    text    NOT NULL,
    reason  text    NOT NULL,
    PRIMARY KEY (sink, slot)
);
