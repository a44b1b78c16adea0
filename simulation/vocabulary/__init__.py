"""Nouns as data: molecules, cytokines, organs and cancers, each value with unit and source."""
