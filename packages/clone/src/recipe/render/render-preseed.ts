// A recipe for the Debian installer: answers to its questions (preseed), see the installation guide, appendix B.
import type { Finding } from '../finding.ts';
import { finding } from '../finding.ts';
import type { Recipe } from '../recipe.ts';
import { has, type Script, type SystemSettings, systemSettings, text as textOf } from '../settings.ts';
import { devicePath } from './device-path.ts';
import { accountLines, scriptLine, shellWord, systemLines } from './late-script.ts';
import { partmanAnswers } from './partman-answers.ts';
import { common, notRendered, packagesNotRendered, type Rendered, silent } from './rendered.ts';

const known = new Set([...silent, ...common, 'url']);

/** One answer: owner, question, type, value. */
type Answer = readonly [
  question: string,
  type: 'string' | 'boolean' | 'select' | 'password' | 'multiselect' | 'note',
  value: string,
];

/** Renders the answers. `name` is the host name where the recipe has none. */
export function renderPreseed(recipe: Recipe, name: string | undefined): Rendered {
  const settings = systemSettings(recipe);
  const findings: Finding[] = [...notRendered(recipe, known, 'preseed')];
  const disks = partmanAnswers(recipe);
  findings.push(...disks.findings, ...packagesNotRendered(recipe, 'Debian'));
  const answers: readonly Answer[] = [
    ...localeAnswers(settings),
    ...networkAnswers(settings, name, findings),
    ...mirrorAnswers(recipe, findings),
    ...accountAnswers(settings),
    ...clockAnswers(settings),
    ...disks.answers.map(([question, type, value]): Answer => [question, type, value]),
    ...packageAnswers(settings),
    ...bootAnswers(recipe, settings),
    ...scriptAnswers(settings),
    ...endAnswers(settings),
  ];
  const text = answers.map(([question, type, value]) =>
    `d-i ${question} ${type} ${value.replaceAll('\n', ' ')}`.trimEnd(),
  );
  return { text: `${text.join('\n')}\n`, findings };
}

function localeAnswers({ locale, keyboard }: SystemSettings): readonly Answer[] {
  return [
    ...(locale === undefined ? [] : [['debian-installer/locale', 'string', locale] as const]),
    ...(keyboard === undefined
      ? []
      : [['keyboard-configuration/xkb-keymap', 'select', keyboard.layout.split(' ')[0] ?? ''] as const]),
  ];
}

function networkAnswers(
  settings: SystemSettings,
  name: string | undefined,
  findings: Finding[],
): readonly Answer[] {
  const hostname = settings.hostname ?? name;
  const [first, ...others] = settings.interfaces;
  for (const { place } of others)
    findings.push(
      finding(
        place,
        'warning',
        'not-rendered',
        'the Debian installer configures one interface: this one is left out',
      ),
    );
  const answers: Answer[] = [
    [
      'netcfg/choose_interface',
      'select',
      first?.device === undefined || first.device === 'link' ? 'auto' : first.device,
    ],
  ];
  if (hostname !== undefined)
    answers.push(['netcfg/hostname', 'string', hostname], ['netcfg/get_hostname', 'string', hostname]);
  if (first?.protocol !== 'static') return answers;
  answers.push(['netcfg/disable_autoconfig', 'boolean', 'true']);
  if (first.address !== undefined) answers.push(['netcfg/get_ipaddress', 'string', first.address]);
  if (first.netmask !== undefined) answers.push(['netcfg/get_netmask', 'string', first.netmask]);
  if (first.gateway !== undefined) answers.push(['netcfg/get_gateway', 'string', first.gateway]);
  if (first.nameservers.length > 0)
    answers.push(['netcfg/get_nameservers', 'string', first.nameservers.join(' ')]);
  return [...answers, ['netcfg/confirm_static', 'boolean', 'true']];
}

function mirrorAnswers(recipe: Recipe, findings: Finding[]): readonly Answer[] {
  const command = recipe.commands.findLast(({ name }) => name === 'url');
  const address = textOf(command, '--url');
  if (command === undefined) return [];
  if (address === undefined || !URL.canParse(address)) {
    findings.push(
      finding(command.place, 'warning', 'not-rendered', 'the Debian installer takes a mirror by --url alone'),
    );
    return [];
  }
  const { protocol, host, pathname } = new URL(address);
  const scheme = protocol.replace(':', '');
  return [
    ['mirror/country', 'string', 'manual'],
    ['mirror/protocol', 'string', scheme],
    [`mirror/${scheme}/hostname`, 'string', host],
    [`mirror/${scheme}/directory`, 'string', pathname],
    [`mirror/${scheme}/proxy`, 'string', textOf(command, '--proxy') ?? ''],
  ];
}

function accountAnswers({ root, accounts }: SystemSettings): readonly Answer[] {
  const login = root?.password !== undefined && !root.locked;
  const answers: Answer[] = [['passwd/root-login', 'boolean', String(login)]];
  if (login && root.password !== undefined) answers.push(...passwordAnswers('root', root.password));
  const [first] = accounts;
  answers.push(['passwd/make-user', 'boolean', String(first !== undefined)]);
  if (first === undefined) return answers;
  answers.push(
    ['passwd/user-fullname', 'string', first.fullName ?? first.name],
    ['passwd/username', 'string', first.name],
  );
  if (first.uid !== undefined) answers.push(['passwd/user-uid', 'string', first.uid]);
  return [
    ...answers,
    ...(first.password === undefined
      ? [['passwd/user-password-crypted', 'password', '!'] as const]
      : passwordAnswers('user', first.password)),
  ];
}

function passwordAnswers(
  who: 'root' | 'user',
  password: { readonly text: string; readonly crypted: boolean },
): readonly Answer[] {
  if (password.crypted) return [[`passwd/${who}-password-crypted`, 'password', password.text]];
  return [
    [`passwd/${who}-password`, 'password', password.text],
    [`passwd/${who}-password-again`, 'password', password.text],
  ];
}

function clockAnswers({ timezone, utc, ntpServers, ntpOff }: SystemSettings): readonly Answer[] {
  const [server] = ntpServers;
  return [
    ...(timezone === undefined
      ? []
      : ([
          ['time/zone', 'string', timezone],
          ['clock-setup/utc', 'boolean', String(utc)],
        ] as const)),
    ['clock-setup/ntp', 'boolean', String(!ntpOff)],
    ...(server === undefined ? [] : [['clock-setup/ntp-server', 'string', server] as const]),
  ];
}

function packageAnswers({ packages }: SystemSettings): readonly Answer[] {
  const names = packages
    .filter(({ kind, excluded }) => kind === 'package' && !excluded)
    .map(({ name }) => name);
  return [
    ['tasksel/first', 'multiselect', ''],
    ...(names.length === 0 ? [] : [['pkgsel/include', 'string', names.join(' ')] as const]),
  ];
}

function bootAnswers(recipe: Recipe, { kernelArguments }: SystemSettings): readonly Answer[] {
  const bootloader = recipe.commands.findLast(({ name }) => name === 'bootloader');
  const drive = textOf(bootloader, '--boot-drive');
  return [
    ['grub-installer/only_debian', 'boolean', 'true'],
    ...(has(bootloader, '--disabled') || textOf(bootloader, '--location') === 'none'
      ? [['grub-installer/skip', 'boolean', 'true'] as const]
      : [
          [
            'grub-installer/bootdev',
            'string',
            drive === undefined || drive === '' ? 'default' : devicePath(drive),
          ] as const,
        ]),
    ...(kernelArguments === ''
      ? []
      : [['debian-installer/add-kernel-opts', 'string', kernelArguments] as const]),
  ];
}

function scriptAnswers(settings: SystemSettings): readonly Answer[] {
  const of = (when: Script['when']): readonly Script[] =>
    settings.scripts.filter((script) => script.when === when);
  const early = of('pre').map((script, index) => scriptLine(script, '', index + 1));
  const inTarget = [...systemLines(settings), ...accountLines(settings.accounts, 1)];
  const late = [
    ...inTarget.map((line) => `in-target sh -c ${shellWord(line)}`),
    ...of('post').map((script, index) => scriptLine(script, '/target', index + 1)),
  ];
  return [
    ...(early.length === 0 ? [] : [['preseed/early_command', 'string', early.join('; ')] as const]),
    ...(late.length === 0 ? [] : [['preseed/late_command', 'string', late.join('; ')] as const]),
  ];
}

function endAnswers({ ending }: SystemSettings): readonly Answer[] {
  return [
    ...(ending === 'halt' ? [] : [['finish-install/reboot_in_progress', 'note', ''] as const]),
    ...(ending === 'poweroff' ? [['debian-installer/exit/poweroff', 'boolean', 'true'] as const] : []),
  ];
}
