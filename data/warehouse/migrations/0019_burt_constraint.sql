-- Brokers: Burt's constraint beside the other measures of bridges.
ALTER TABLE detection.ecosystem ADD COLUMN burt_constraint DOUBLE;
ALTER TABLE detection.candidates ADD COLUMN burt_constraint DOUBLE;
