"""Passages to an index on disk: tokenisation, embedding, lexical and vector index, store."""
