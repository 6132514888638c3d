-- When keys were used first and last, to the hour. Who was let in is no part of any journal.
CREATE TABLE uses (
    actor INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
) STRICT;
