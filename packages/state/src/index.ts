// Public surface of state.
export {};
