import { describe, expect, it } from 'vitest';
import type { Installer } from './installers.ts';
import { renderRecipe } from './render-recipe.ts';
import type { Rendered } from './rendered.ts';
import { yamlBlock } from './yaml-block.ts';

const recipe = `lang en_US.UTF-8
keyboard --xlayouts='de (nodeadkeys)'
timezone Europe/Berlin --utc
timesource --ntp-server=10.0.0.1
network --bootproto=static --device=eth0 --ip=@{address} --netmask=255.255.0.0 --gateway=10.0.0.1 --nameserver=10.0.0.2,10.0.0.3
rootpw --iscrypted $6$salt$hash
user --name=ada --gecos="Ada L" --groups=wheel --password=pw
sshkey --username=root "ssh-ed25519 AAAA ada"
services --enabled=slurmd
selinux --enforcing
url --url=http://mirror.example/debian/
bootloader --append="quiet console=ttyS0"
part /boot --size=512 --fstype=ext4 --ondisk=sda
part pv.1 --size=1000 --grow --ondisk=sda
volgroup vg pv.1
logvol / --vgname=vg --name=root --size=4000 --grow
logvol swap --vgname=vg --name=swap --size=1024
poweroff
%packages
vim
@core
%end
%post --log=/root/post.log
echo "it's done"
%end
`;

function render(to: Installer, text = recipe): Rendered {
  return renderRecipe(text, { to, syntax: 'RHEL9', variables: { name: 'n07', address: '10.0.1.7' } });
}

function answers(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, question, value] = /^d-i (\S+) \S+ ?(.*)$/.exec(line) ?? [];
      return question === undefined ? [] : [[question, value ?? ''] as const];
    }),
  );
}

describe('renderRecipe', () => {
  it('gives Anaconda the recipe itself, for one node', () => {
    const { text, findings } = render('kickstart');
    expect(text).toContain('--ip=10.0.1.7');
    expect(text.startsWith('network --hostname=n07\nlang')).toBe(true);
    expect(findings).toEqual([]);
  });

  it('keeps a host name that the recipe gives', () => {
    expect(render('kickstart', 'network --hostname=x@{name}\n').text).toBe('network --hostname=xn07\n');
  });

  it('answers the questions of the Debian installer', () => {
    const { text, findings } = render('preseed');
    const given = answers(text);
    expect(Object.fromEntries(given)).toMatchObject({
      'debian-installer/locale': 'en_US.UTF-8',
      'keyboard-configuration/xkb-keymap': 'de',
      'netcfg/choose_interface': 'eth0',
      'netcfg/get_hostname': 'n07',
      'netcfg/get_ipaddress': '10.0.1.7',
      'netcfg/get_nameservers': '10.0.0.2 10.0.0.3',
      'mirror/http/hostname': 'mirror.example',
      'mirror/http/directory': '/debian/',
      'passwd/root-password-crypted': '$6$salt$hash',
      'passwd/username': 'ada',
      'time/zone': 'Europe/Berlin',
      'partman-auto/method': 'lvm',
      'partman-auto/disk': '/dev/sda',
      'partman-auto-lvm/new_vg_name': 'vg',
      'pkgsel/include': 'vim',
      'debian-installer/add-kernel-opts': 'quiet console=ttyS0',
      'debian-installer/exit/poweroff': 'true',
    });
    expect(given.get('partman-auto/expert_recipe')).toContain('mountpoint{ /boot }');
    const late = given.get('preseed/late_command') ?? '';
    expect(late).toContain('systemctl enable slurmd');
    expect(late).toContain(Buffer.from(`echo "it's done"\n`).toString('base64'));
    expect(findings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '10 selinux has no counterpart in preseed and is left out',
      "21 '@core': Debian has no groups of packages, and leaves none out",
    ]);
  });

  it('writes an autoinstall for Ubuntu', () => {
    const { text, findings } = render('autoinstall');
    expect(text.startsWith('#cloud-config\nautoinstall:\n  version: 1\n')).toBe(true);
    for (const expected of [
      'locale: "en_US.UTF-8"',
      'variant: "nodeadkeys"',
      '- "10.0.1.7/16"',
      'hostname: "n07"',
      'password: "$6$salt$hash"',
      'type: "lvm_volgroup"',
      'shutdown: "poweroff"',
    ])
      expect(text).toContain(expected);
    expect(findings.map(({ line }) => line)).toEqual([10, 11, 21]);
  });

  it.each<[string, string]>([
    ['autopart\n', 'layout:\n      name: "lvm"'],
    ['autopart --type=plain\n', 'layout:\n      name: "direct"'],
    ['autopart\nignoredisk --only-use=sdb\n', 'path: "/dev/sdb"'],
  ])('renders %j as a layout of Ubuntu', (text, expected) => {
    expect(render('autoinstall', text).text).toContain(expected);
  });

  it('names what no installer can be told, and what is wrong, by line and file', () => {
    const { findings } = renderRecipe('%include a.ks\nlang @{lang}\n', {
      to: 'preseed',
      syntax: 'RHEL9',
      variables: {},
      readInclude: () => 'skipx\npart raid.1 --size=1\nfrobnicate\n',
    });
    expect(findings.map(({ file, line, code }) => `${file ?? '-'}:${line} ${code}`)).toEqual([
      '-:2 variable-unknown',
      'a.ks:3 unknown-command',
      'a.ks:2 not-rendered',
    ]);
  });
});

describe('yamlBlock', () => {
  it('nests lists and maps, and quotes every string', () => {
    expect(yamlBlock({ a: [], b: [{ c: 1, d: ['x: y'] }], 'e f': {}, g: undefined, h: true })).toBe(
      'a: []\nb:\n  - c: 1\n    d:\n      - "x: y"\n"e f": {}\nh: true\n',
    );
  });
});
