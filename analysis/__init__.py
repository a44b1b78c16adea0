"""Reading runs: command line, comparison, figures, report and viewer."""
