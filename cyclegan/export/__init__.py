"""Turns a trained generator into int8 artifacts with their model card, and into ONNX."""
