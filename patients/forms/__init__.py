"""The fields and remarks that the forms of all pages share, and how a form page saves."""
