"""Decides which requests wait for the engine, how long, and which are refused."""
