"""Clean text to clauses, facts and a searchable generation on disk."""
