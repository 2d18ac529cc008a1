"""A fact, who must hear of it, in their language: in the page and by mail."""
