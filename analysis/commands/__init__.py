"""The subcommands of `icam`, one per file, named as they are called."""
