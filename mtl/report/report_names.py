"""The names of what people read of a report, free of what makes them."""

HTML, PAGE, CARD = "report.html", "report.md", "model_card.md"
