"""What docs/make_story.py tells, a chapter a file."""
