"""Paints any number of photos, on this machine or on a cluster; a run that was stopped goes on where it ended."""
