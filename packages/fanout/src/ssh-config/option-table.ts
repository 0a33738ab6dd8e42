// What becomes of each option of ssh_config(5) that is not read elsewhere: left to OpenSSH, said, or harmless to leave out.
import type { Evaluated } from './evaluate.ts';
import type { LocalMachine } from './local-machine.ts';
import type { Directive } from './ssh-config-file.ts';

/** Options that ssh2 cannot honour and that decide whether a login works or is safe; with the values that ask for nothing. */
const opensshOnly: Readonly<Record<string, readonly string[]>> = {
  addressfamily: ['any'],
  bindaddress: [],
  bindinterface: [],
  canonicalizehostname: ['no'],
  hostbasedauthentication: ['no'],
  knownhostscommand: ['none'],
  pkcs11provider: ['none'],
  preferredauthentications: [],
  proxycommand: ['none'],
  proxyusefdpass: ['no'],
  pubkeyacceptedalgorithms: [],
  pubkeyacceptedkeytypes: [],
  pubkeyauthentication: ['yes', 'true', 'unbound', 'host-bound'],
  revokedhostkeys: ['none'],
  smartcarddevice: ['none'],
};

/** Options that change what happens on the way or on the node, and are not taken over. */
const said: Readonly<Record<string, readonly string[]>> = {
  forwardagent: ['no'],
  localcommand: ['none'],
  nohostauthenticationforlocalhost: ['no'],
  remotecommand: ['none'],
  verifyhostkeydns: ['no'],
};

/** The rest that ssh knows: read elsewhere, or without meaning for a command run on many nodes. */
const known = new Set(
  `addkeystoagent batchmode canonicaldomains canonicalizefallbacklocal canonicalizemaxdots canonicalizepermittedcnames
   casignaturealgorithms certificatefile challengeresponseauthentication channeltimeout checkhostip ciphers clearallforwardings
   compression connectionattempts connecttimeout controlmaster controlpath controlpersist dynamicforward enableescapecommandline
   enablesshkeysign escapechar exitonforwardfailure fingerprinthash forkafterauthentication forwardx11 forwardx11timeout
   forwardx11trusted gatewayports globalknownhostsfile gssapiauthentication gssapiclientidentity gssapidelegatecredentials
   gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hashknownhosts
   hostbasedacceptedalgorithms hostbasedkeytypes hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent identityfile
   ignoreunknown ipqos kbdinteractiveauthentication kbdinteractivedevices kexalgorithms localforward loglevel logverbose macs
   numberofpasswordprompts obscurekeystroketiming passwordauthentication permitlocalcommand permitremoteopen port protocol proxyjump
   rekeylimit remoteforward requesttty requiredrsasize securitykeyprovider sendenv serveralivecountmax serveraliveinterval sessiontype
   setenv stdinnull streamlocalbindmask streamlocalbindunlink stricthostkeychecking syslogfacility tag tcpkeepalive tunnel
   tunneldevice updatehostkeys useprivilegedport user userknownhostsfile visualhostkey warnweakcrypto xauthlocation`.split(
    /\s+/,
  ),
);

export function unsupportedOptions(
  { options, lists }: Evaluated,
  machine: LocalMachine,
): { readonly needsOpenssh: readonly string[]; readonly warnings: readonly string[] } {
  const needsOpenssh: string[] = [];
  const warnings: string[] = [];
  for (const directive of options.values()) {
    if (asks(directive, opensshOnly) || asksForGssapi(directive, machine))
      needsOpenssh.push(shown(directive));
    else if (asks(directive, said)) warnings.push(`${shown(directive)} is not taken over`);
    else if (
      !known.has(directive.keyword) &&
      !(directive.keyword in opensshOnly) &&
      !(directive.keyword in said)
    ) {
      warnings.push(`${directive.where}: unknown option '${directive.keyword}'`);
    }
  }
  for (const directive of lists.get('certificatefile') ?? []) needsOpenssh.push(shown(directive));
  for (const directive of lists.get('setenv') ?? []) warnings.push(`${shown(directive)} is not taken over`);
  return { needsOpenssh, warnings };
}

function asks(directive: Directive, table: Readonly<Record<string, readonly string[]>>): boolean {
  const idle = table[directive.keyword];
  return idle !== undefined && !idle.includes(directive.words[0]?.toLowerCase() ?? '');
}

/**
 * Debian and Fedora switch GSSAPIAuthentication on for everybody, and ssh passes over it without a Kerberos ticket.
 * So do we: it counts when the user wrote it, or when there is a ticket to use.
 */
function asksForGssapi({ keyword, words, origin }: Directive, machine: LocalMachine): boolean {
  if (!/^gssapi(authentication|keyexchange)$/.test(keyword) || words[0]?.toLowerCase() !== 'yes')
    return false;
  return origin === 'user' || machine.environment['KRB5CCNAME'] !== undefined || machine.hasKerberosTicket;
}

function shown({ keyword, words, where }: Directive): string {
  return `${keyword} ${words.join(' ')} (${where})`;
}
