"""Published models in full, against which the fast forms used in every cell are measured."""
