-- Something is wrong with a source: counted, with its first example.
INSERT INTO troubles VALUES (:cycle, :source, :origin, :kind, :detail, 1) ON CONFLICT DO UPDATE SET times = times + 1
