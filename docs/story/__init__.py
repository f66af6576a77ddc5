"""The chapters of docs/make_story.py, one per module."""
