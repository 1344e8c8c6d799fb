"""Pages for people who have a browser and nothing else: each one file, with its styles, its script and its plots.

Nothing is fetched: what a page needs is in it. Its words are escaped by the template engine; plots are SVG of our own.
"""
