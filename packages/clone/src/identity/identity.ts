// Who a node is: everything that makes it another machine than the golden node. Secrets are not here.

export interface Identity {
  readonly hostName: string;
  /** As the inventory has it: a name, or an address. */
  readonly address: string;
  /** Whose authorized_keys are written. */
  readonly user: string;
  /** Lines of authorized_keys. */
  readonly authorizedKeys: readonly string[];
  /** Lines of /etc/hosts beside the node's own. */
  readonly hosts: readonly { readonly address: string; readonly name: string }[];
  /** The software in the image that configures the network. */
  readonly network: NetworkSoftware;
}

export type NetworkSoftware = 'networkmanager' | 'netplan' | 'networkd' | 'ifupdown' | 'none';
