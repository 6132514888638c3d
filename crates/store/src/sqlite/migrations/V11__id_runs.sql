-- Ids that come in no order, in sorted runs. A part is a piece of a run: blocks of ids in order, each id with the effect
-- that is its outcome. What a part's row says of it is under one sum.
CREATE TABLE id_parts (
    key    INTEGER PRIMARY KEY,
    run    INTEGER NOT NULL,
    level  INTEGER NOT NULL,
    ids    INTEGER NOT NULL,
    last   BLOB    NOT NULL,
    sum    BLOB    NOT NULL,
    blocks BLOB    NOT NULL,
    fences BLOB    NOT NULL,
    filter BLOB    NOT NULL
) STRICT;

CREATE TABLE id_blocks (
    key INTEGER PRIMARY KEY,
    ids BLOB NOT NULL
) STRICT;
