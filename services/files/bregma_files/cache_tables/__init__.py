"""Cache tables: the catalogue as parquet files, for searches without a network (docs/design/0006-cache-tables.md)."""
