"""The names of a report's pages, free of what makes them."""

HTML, PAGE = "report.html", "report.md"
