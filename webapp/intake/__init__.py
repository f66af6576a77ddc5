"""Turns the bytes of an upload into a photo, or refuses them."""
