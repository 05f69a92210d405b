"""CRS: what comes first, by grade, when it is refractory, and what others print."""
