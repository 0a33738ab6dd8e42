// The unit under which systemd keeps the agent on a node. It may read what everybody may and send datagrams, and nothing else.
// Every line that an old systemd does not know is passed over by it (systemd.unit(5)); DynamicUser= came with version 235.

export const serviceName = 'heorot-netmon';

/** @param command the words of ExecStart=, percent signs doubled */
export function agentUnit(command: string): string {
  return `[Unit]
Description=heorot netmon agent
Documentation=man:netmon(1)
Wants=network-online.target
After=network-online.target
[Service]
ExecStart=${command}
Restart=always
RestartSec=5
Nice=5
MemoryMax=64M
TasksMax=16
DynamicUser=yes
StateDirectory=${serviceName}
StateDirectoryMode=0700
UMask=0077
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
[Install]
WantedBy=multi-user.target
`;
}
