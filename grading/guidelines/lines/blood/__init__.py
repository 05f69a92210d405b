"""When the lines of IEC-HS and ICAHT stand, and the 48 h of anakinra."""
