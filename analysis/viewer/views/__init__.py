"""The views of the page, one component each; the page imports a view when it is first shown."""
