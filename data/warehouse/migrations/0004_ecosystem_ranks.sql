-- Ranks are drawn with the scores, in step 2; step 3 hands them on with tiers and labels.
ALTER TABLE detection.ecosystem ADD COLUMN rank INTEGER;
ALTER TABLE detection.ecosystem ADD COLUMN rank_low INTEGER;
ALTER TABLE detection.ecosystem ADD COLUMN rank_high INTEGER;
ALTER TABLE detection.ecosystem ADD COLUMN in_top_20 DOUBLE;
