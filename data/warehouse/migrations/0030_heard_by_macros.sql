-- The magic middle is who is heard by the macros too: how many of them attend to a person.
ALTER TABLE detection.candidates ADD COLUMN heard_by_macros INTEGER;
