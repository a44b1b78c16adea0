"""Immunity: recruitment, recognition, killing, suppression and exhaustion."""
