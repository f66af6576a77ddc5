"""Measures paintings: how near to Monet, how much of the photo is left, how near int8 is to float."""
