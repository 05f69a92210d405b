"""What the patient wrote by hand for ICE, as a strip by time and on a page of its own."""
