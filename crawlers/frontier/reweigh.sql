-- New signs about somebody change how soon their visit goes out.
UPDATE requests SET priority = ? WHERE id = ?
