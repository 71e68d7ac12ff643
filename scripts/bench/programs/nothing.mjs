// Loads nothing.
