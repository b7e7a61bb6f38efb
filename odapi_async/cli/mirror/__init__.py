"""`odapi mirror`: options, job, run, progress and report."""
