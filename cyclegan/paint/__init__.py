"""Paints a photo of any size: brush, tiles, passes and strength."""
