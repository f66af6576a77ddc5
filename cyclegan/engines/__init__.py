"""Loads an artifact and runs it with TorchScript or OpenVINO."""
