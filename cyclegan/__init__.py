"""A CycleGAN that paints photos like Monet: training, export and painting. It knows nothing of the web."""
