-- What was erased because its time was over stays erased, whoever tells it again: the clock never restarts.
UPDATE core.posts SET text = NULL, title = NULL
WHERE (text IS NOT NULL OR title IS NOT NULL) AND post_id IN (SELECT post_id FROM core.expired);
