"""Adhesion: bonds, contact and movement between cells."""
