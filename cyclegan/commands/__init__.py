"""The commands of `python -m cyclegan`, a module each. They import what they work with when they run, never before."""
