"""Great Expectations lives here: what a spec asks of its data, and the report of whether it holds."""
