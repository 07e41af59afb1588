-- Count what one answer of a list told.
INSERT INTO yields VALUES (?, ?, ?, 1, ?, ?)
ON CONFLICT DO UPDATE SET answers = answers + 1, told = told + excluded.told, relevant = relevant + excluded.relevant
