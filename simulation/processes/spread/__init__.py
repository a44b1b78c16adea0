"""Spread: leaving the tumour, travelling in blood, arresting and colonising."""
