"""The multilingual thesaurus, the analysis of text and the tagger."""
