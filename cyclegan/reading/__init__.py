"""Reads picture files as every viewer shows them: upright, in sRGB, or refuses them with a reason."""
