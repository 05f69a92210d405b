"""The form of laboratory results."""
