-- What tables, views and their columns say of themselves: (schema, table, column or NULL, what it is to COMMENT ON, comment).
SELECT schema_name, table_name, NULL AS column_name, 'TABLE' AS kind, comment
FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
UNION ALL
SELECT schema_name, view_name, NULL, 'VIEW', comment
FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
UNION ALL
SELECT schema_name, table_name, column_name, 'COLUMN', comment
FROM duckdb_columns()
WHERE database_name = current_database() AND NOT internal
ORDER BY ALL
