// Public surface of memtest-runner.
