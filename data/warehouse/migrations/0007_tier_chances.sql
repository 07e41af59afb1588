-- How sure a tier is, and what it stands on: whether the subject is one's own, and at home where one is.
ALTER TABLE detection.ecosystem ADD COLUMN belonging DOUBLE;
ALTER TABLE detection.ecosystem ADD COLUMN home DOUBLE;
ALTER TABLE detection.candidates ADD COLUMN belonging DOUBLE;
ALTER TABLE detection.candidates ADD COLUMN home DOUBLE;
ALTER TABLE detection.candidates ADD COLUMN tier_chance DOUBLE;
ALTER TABLE detection.candidates ADD COLUMN tier_other VARCHAR;
ALTER TABLE detection.candidates ADD COLUMN tier_other_chance DOUBLE;
