-- What a source said beyond the known fields is kept for every kind of record.
ALTER TABLE core.stated_ties ADD COLUMN extra JSON;
ALTER TABLE core.account_observations ADD COLUMN extra JSON;
ALTER TABLE core.post_observations ADD COLUMN extra JSON;
ALTER TABLE core.persons ADD COLUMN extra JSON;
