// Public surface of netmon.
