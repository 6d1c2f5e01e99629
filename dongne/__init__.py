"""Dongne: a city's local currency, vehicle-history registry and ballot on an Ethereum-compatible chain."""

__version__ = "0.1.0"
