-- A node of an earlier release may still run. It must take no lease and commit nothing beside this release: it cannot read
-- what this one writes. So each head carries the sum of its batch and its epoch, plus the version of the schema since which
-- that holds. A release that does not write it breaks the constraint with its first commit, and with its first lease.
-- Raised epochs end what such nodes had decided.
ALTER TABLE ledgers ADD COLUMN fence bigint;
UPDATE ledgers SET epoch = epoch + 1, fence = batch + epoch + 10;
ALTER TABLE ledgers ALTER COLUMN fence SET NOT NULL;
ALTER TABLE ledgers ADD CONSTRAINT fence CHECK (fence = batch + epoch + 9);
