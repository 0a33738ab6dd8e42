// Public surface of clone.
