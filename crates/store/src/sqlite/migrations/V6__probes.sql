-- Where a commit that changes nothing is tried, to learn whether commits succeed. It is always empty.
CREATE TABLE probes (
    no      INTEGER PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;
