-- The data dictionary: every column with its type and comment.
SELECT schema_name || '.' || table_name AS "table", column_name AS "column", data_type AS type, comment
FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name IN ('core', 'nlp', 'detection', 'relation', 'execution')
ORDER BY schema_name, table_name, column_index
