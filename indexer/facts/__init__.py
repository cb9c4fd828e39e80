"""What a clause says, as data: duties, targets and references, each with the words that prove it."""
