"""What happens: one file per process, in rooms that follow the metastatic cascade."""
