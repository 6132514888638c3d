-- When keys were used first and last, to the hour. Who was let in is no part of any journal.
CREATE TABLE uses (
    first bigint  NOT NULL,
    last  bigint  NOT NULL,
    actor bigint  PRIMARY KEY
);
