-- Posts under their numbers: the place in the order in which they were written down.
CREATE OR REPLACE TEMP VIEW map_posts AS SELECT rowid AS post, * FROM map_posted;
