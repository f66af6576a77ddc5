"""Runs the commands of `python -m cyclegan`, a module each. They import what they work with only when they run."""
