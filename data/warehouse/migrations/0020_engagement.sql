-- What a post of a person draws, a part of influence.
ALTER TABLE detection.ecosystem ADD COLUMN engagement DOUBLE;
ALTER TABLE detection.candidates ADD COLUMN engagement DOUBLE;
