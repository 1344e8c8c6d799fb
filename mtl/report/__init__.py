"""Everything that people read: tables, plots, words, the report's folder."""
