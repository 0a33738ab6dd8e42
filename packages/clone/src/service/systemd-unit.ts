// A unit for systemd.service(5) that runs `clone serve` as it was called.
import type { FlagValues } from '@heorot/cli';
import type { ServeFlags } from '../commands/serve.ts';

export function systemdUnit(flags: FlagValues<ServeFlags>): string {
  const given = Object.entries(flags).flatMap(([name, value]) => {
    if (value === true && name !== 'print-unit') return [`--${name}`];
    return typeof value === 'string' && value !== '' ? [`--${name}`, quote(value)] : [];
  });
  return `[Unit]
Description=Heorot: the boot service of the cluster
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/bin/env clone serve ${given.join(' ')}
StateDirectory=heorot
Environment=HOME=/root
KillSignal=SIGTERM
Restart=on-failure
RestartSec=2
ProtectSystem=strict
ReadWritePaths=/root/.ssh -/etc/heorot
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`;
}

/** systemd.syntax(7): quotes hold words together; `%` and `$` are its own. */
function quote(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return /\s|"/.test(value) ? `"${escaped}"` : escaped;
}
