"""What is found (derived from the domain), the synonyms, and saved searches."""

from search.models.documents import SearchChange, SearchDocument, SearchFacet
from search.models.saved import FreshDocument, SavedHit, SavedSearch
from search.models.synonyms import SynonymGroup

__all__ = ["FreshDocument", "SavedHit", "SavedSearch", "SearchChange", "SearchDocument", "SearchFacet", "SynonymGroup"]
