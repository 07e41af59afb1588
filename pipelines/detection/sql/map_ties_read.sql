-- The columns of ties, in row order.
SELECT source, target, kind, count, age_days, evidenced FROM map_ties ORDER BY tie;
