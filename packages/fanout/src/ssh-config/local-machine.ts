// What ssh config may refer to of the machine and user we run as; a parameter, so that tests bring their own.
import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

export interface LocalMachine {
  readonly user: string;
  readonly uid: number;
  /** From the password database: like ssh, and unlike a shell, `$HOME` is not asked. */
  readonly home: string;
  readonly hostname: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** In the file where libkrb5 looks unless told otherwise. */
  readonly hasKerberosTicket: boolean;
  /** `/etc/ssh`: ssh_config, ssh_known_hosts. */
  readonly systemFolder: string;
}

export function localMachine(environment: LocalMachine['environment'] = process.env): LocalMachine {
  const { username, uid, homedir } = userInfo();
  return {
    user: username,
    uid,
    home: homedir,
    hostname: hostname(),
    environment,
    hasKerberosTicket: existsSync(`/tmp/krb5cc_${uid}`),
    systemFolder: '/etc/ssh',
  };
}
