// Public surface of heorot.
export {};
