// Placeholder signature until the node-set work lands.
export interface NodeSet { readonly size: bigint }
