-- Posts and ties under their numbers: the place in the order in which they were written down.
CREATE OR REPLACE TEMP VIEW map_ties AS SELECT rowid AS tie, * FROM map_tied;

CREATE OR REPLACE TEMP VIEW map_posts AS SELECT rowid AS post, * FROM map_posted;
