-- A node of an earlier release may still run. It must commit nothing beside this release: it cannot read what this one
-- writes. So each head carries its batch a second time, plus the version of the schema since which that holds. A release
-- that does not write it breaks the constraint with its first commit. Raised epochs end what such nodes had decided.
ALTER TABLE ledgers ADD COLUMN fence bigint;
UPDATE ledgers SET fence = batch + 9, epoch = epoch + 1;
ALTER TABLE ledgers ALTER COLUMN fence SET NOT NULL;
ALTER TABLE ledgers ADD CONSTRAINT fence CHECK (fence = batch + 9);
