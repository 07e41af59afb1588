-- Remember the way a record was found; of several the first by name, so that the order of answers does not matter.
INSERT INTO ways (kind, uid, way) VALUES (?, ?, ?) ON CONFLICT (kind, uid) DO UPDATE SET way = min(way, excluded.way)
