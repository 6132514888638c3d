-- What nodes know of each other. accepts: whether ledgers may be handed over to it. settings: `name=value`, one per line, so that
-- others can warn of differences.
ALTER TABLE nodes ADD COLUMN accepts boolean NOT NULL DEFAULT false;
ALTER TABLE nodes ADD COLUMN settings text NOT NULL DEFAULT '';

-- Who cannot reach whom, and why: deleted by who wrote it, and void when that node is not alive any more.
CREATE TABLE node_complaints (
    url    text COLLATE "C" NOT NULL,  -- the node that cannot be reached
    by_url text COLLATE "C" NOT NULL,  -- the node that says so
    reason text NOT NULL,
    PRIMARY KEY (url, by_url)
);

-- Rows that are locked and mean nothing else. `opening`: whoever opens a ledger holds it until the commit, so that two never
-- take the same number.
CREATE TABLE locks (
    name text COLLATE "C" NOT NULL,
    PRIMARY KEY (name)
);

INSERT INTO locks (name) VALUES ('opening');
