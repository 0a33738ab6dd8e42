// Public surface of dsh.
export {};
