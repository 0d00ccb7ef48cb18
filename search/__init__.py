"""A question to passages and to an answer."""

from search.engine import SearchEngine
from search.errors import SearchError
from search.model import Answer, Cell, Filters, Finding, Hit, Matrix

__all__ = ["Answer", "Cell", "Filters", "Finding", "Hit", "Matrix", "SearchEngine", "SearchError"]
