"""Pictures of a run: tissue at one moment, and courses in time."""
