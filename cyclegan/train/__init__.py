"""Trains a CycleGAN on two folders of pictures, and draws the report of a run."""
