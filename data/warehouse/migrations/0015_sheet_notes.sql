-- A note can fill in a field of the sheet that no public post can tell.
ALTER TABLE relation.notes ADD COLUMN field VARCHAR;
