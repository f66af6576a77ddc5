"""Shows what each layer of the int8 generator makes of a photo, and how the discriminator scores it."""
