"""Liver: what is particular to its tissue, injury and regeneration."""
