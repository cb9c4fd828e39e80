"""A question to a cited answer, behind several thin doors."""
