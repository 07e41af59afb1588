-- A site was asked for its reservations: until they are known, one request at a time.
UPDATE hosts SET tdm_pending = EXISTS (
    SELECT 1 FROM requests r WHERE r.origin = hosts.origin AND r.state = 'queued' AND r.purpose = 'tdm')
WHERE origin = :origin
