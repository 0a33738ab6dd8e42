// `clone serve`: the boot service, in the foreground.
import { defineFlags, defineVerb, selectionFlags } from '@heorot/cli';

const flags = defineFlags({
  cluster: selectionFlags.cluster,
  listen: {
    kind: 'text',
    value: 'ADDRESS:PORT',
    default: '0.0.0.0:8080',
    summary: 'where HTTP is served',
    group: 'Service',
    example: 'clone serve --listen 127.0.0.1:8080 --print-unit',
  },
  url: {
    kind: 'text',
    value: 'URL',
    summary: 'the head as nodes reach it; made of the address without it',
    group: 'Service',
    example: 'clone serve --url http://10.77.0.1:8080 --print-unit',
  },
  'kernel-arguments': {
    kind: 'text',
    value: 'TEXT',
    default: '',
    summary: 'added to the command line of the boot environment',
    group: 'Service',
    example: "clone serve --kernel-arguments 'console=ttyS0,115200' --print-unit",
  },
  interface: {
    kind: 'text',
    value: 'NAME',
    summary: 'the card on the network of the nodes; needed for DHCP',
    group: 'DHCP',
    example: 'clone serve --interface eth1 --print-unit',
  },
  dhcp: {
    kind: 'choice',
    choices: ['own', 'proxy', 'off'],
    default: 'off',
    value: 'MODE',
    summary: 'own: dnsmasq gives known machines their addresses; proxy: beside a server that does',
    group: 'DHCP',
    example: 'clone serve --dhcp own --interface eth1 --print-unit',
  },
  router: {
    kind: 'text',
    value: 'ADDRESS',
    summary: 'the router that nodes are told',
    group: 'DHCP',
    example: 'clone serve --dhcp own --interface eth1 --router 10.77.0.254 --print-unit',
  },
  tftp: {
    kind: 'text',
    value: 'FOLDER',
    complete: 'folders',
    summary: 'undionly.kpxe and snponly.efi for cards without iPXE; the boot environment has them',
    group: 'DHCP',
    example: 'clone serve --dhcp own --interface eth1 --tftp /usr/lib/ipxe --print-unit',
  },
  'enrol-range': {
    kind: 'text',
    value: 'FIRST-LAST',
    summary: 'addresses for unknown machines while a rack is enrolled; without it they are not answered',
    group: 'DHCP',
    example: 'clone serve --dhcp own --interface eth1 --enrol-range 10.77.0.200-10.77.0.240 --print-unit',
  },
  power: {
    kind: 'choice',
    choices: ['auto', 'ipmi', 'redfish', 'none'],
    default: 'auto',
    value: 'DRIVER',
    summary: 'how nodes are powered; auto is ipmi where the cluster file names a bmc',
    group: 'Power',
    example: 'clone serve --power redfish --print-unit',
  },
  'redfish-ca': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'who signs the certificates of BMCs, or these certificates themselves (PEM)',
    group: 'Power',
    example: 'clone serve --power redfish --redfish-ca bmc-ca.pem --print-unit',
  },
  'redfish-any-certificate': {
    kind: 'switch',
    summary: 'give the password to a BMC with any certificate: who stands between can read it',
    group: 'Power',
    example: 'clone serve --power redfish --redfish-any-certificate --print-unit',
  },
  'power-command': {
    kind: 'text',
    value: 'COMMAND',
    summary: 'a program that powers nodes; %action is state, on, off, cycle, network or disk',
    group: 'Power',
    example: "clone serve --power-command 'vmctl %action %node' --print-unit",
  },
  'console-command': {
    kind: 'text',
    value: 'COMMAND',
    summary: 'a program that writes what the console of %node shows; for deploy --trust console',
    group: 'Power',
    example: "clone serve --console-command 'conman -m %node' --print-unit",
  },
  'ssh-config': {
    kind: 'text',
    value: 'FILE',
    complete: 'files',
    summary: 'as ssh -F, for the question to a finished node',
    group: 'Service',
    example: 'clone serve --ssh-config ~/.ssh/config --print-unit',
  },
  'print-unit': {
    kind: 'switch',
    summary: 'print a systemd unit that runs this command, and stop',
    group: 'Service',
    example: 'clone serve --print-unit',
  },
});

export const serve = defineVerb({
  summary: 'run the boot service: boot scripts, plans and images over HTTP, DHCP and TFTP by dnsmasq',
  description:
    'Runs until it is interrupted; all it knows is in a database, so it may be ended and started again in the middle of deployments. Only expected machines are answered: those of the inventory, by MAC address. What a machine boots is decided by the state on the head: its own disk unless it is being deployed or was told otherwise by clone boot.',
  operands: { kind: 'none' },
  flags,
  examples: [
    {
      command: 'clone serve --dhcp own --interface eth1 --print-unit',
      summary: 'as a service: save it under /etc/systemd/system',
    },
  ],
  run: async ({ flags: given }, context) =>
    (await import('../service/serve-command.ts')).serveCommand(given, context),
});
export type ServeFlags = typeof flags;
