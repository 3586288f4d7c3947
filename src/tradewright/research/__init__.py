"""The use-cases: each takes data and a question, and returns an answer with its evidence."""
