"""ICANS and what else the nervous system may show, as lines."""
