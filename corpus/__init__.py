"""What a policy text is, and how raw bytes become clean text. Knows nothing of search."""
