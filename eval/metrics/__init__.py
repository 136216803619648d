"""Measures as their papers define them, as pure functions."""
