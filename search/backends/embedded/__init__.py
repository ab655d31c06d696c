"""Search without a server of its own: SQLite's FTS5 or PostgreSQL's full text, and plain SQL for the facets."""
