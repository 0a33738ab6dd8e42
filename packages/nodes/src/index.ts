// Public surface of nodes.
export {};
