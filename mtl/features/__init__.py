"""Kinds of features: from columns of a table to arrays, and from arrays to the parts of an encoder."""
