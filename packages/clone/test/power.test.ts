// Power through the real ipmitool to openipmi's simulator, and by Redfish to a small simulator that redfishtool agrees with.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parseHostName } from '@heorot/inventory';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipmiDriver } from '../src/power/ipmi.ts';
import { commandDriver } from '../src/power/power-command.ts';
import { type PoweredNode, startFromNetwork } from '../src/power/power-driver.ts';
import { type BmcTrust, redfishDriver } from '../src/power/redfish.ts';

const run = promisify(execFile);
const { signal } = new AbortController();
let folder: string;
let node: PoweredNode;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-power-'));
  await writeFile(join(folder, 'password'), 'test\n', { mode: 0o600 });
  node = {
    name: 'n1',
    mac: '52:54:00:00:00:01',
    bmc: { address: parseHostName('127.0.0.1'), user: 'ipmiusr', passwordFile: join(folder, 'password') },
  };
});

afterAll(() => rm(folder, { recursive: true }));

describe('ipmi', () => {
  const port = 9623;
  let simulator: ChildProcess;

  beforeAll(async () => {
    // ipmi_lan(5): the script is asked `get|set power|boot [value]`; its machine is two files.
    await writeFile(
      join(folder, 'chassis'),
      `#!/bin/sh
shift
cd '${folder}'
do=$1; shift
while [ $# -gt 0 ]; do
  case $do in
    get) echo "$1:$(cat "$1" 2>/dev/null || echo 0)"; shift;;
    set) echo "$2" > "$1"; echo "$1 $2" >> calls; shift 2;;
    check) exit 0;;
  esac
done
`,
      { mode: 0o755 },
    );
    await writeFile(
      join(folder, 'lan.conf'),
      `name "n1"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 ${port}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "${folder}/chassis 0x20"
  user 1 true "" "test" user 10 none md2 md5 straight
  user 2 true "ipmiusr" "test" admin 10 none md2 md5 straight
`,
    );
    await writeFile(
      join(folder, 'sim.emu'),
      'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n',
    );
    simulator = spawn(
      'ipmi_sim',
      ['-n', '-c', join(folder, 'lan.conf'), '-f', join(folder, 'sim.emu'), '-s', folder],
      {
        stdio: 'ignore',
      },
    );
    await sleep(500);
  });

  afterAll(() => void simulator.kill('SIGKILL'));

  it('starts a machine that is off from the network, and one that is on', async () => {
    const driver = ipmiDriver({ port, cipherSuite: 3 });
    expect(await driver.state(node, signal)).toBe('off');
    await startFromNetwork(driver, node, signal);
    expect(await driver.state(node, signal)).toBe('on');
    await startFromNetwork(driver, node, signal);
    await expect.poll(() => driver.state(node, signal), { timeout: 20_000, interval: 200 }).toBe('on');
    const calls = await readFile(join(folder, 'calls'), 'utf8');
    expect(calls).toMatch(/power 1/);
    await driver.off(node, signal);
    expect(await driver.state(node, signal)).toBe('off');
  });

  it('says what the BMC said, and never the password', async () => {
    await writeFile(join(folder, 'wrong'), 'not-it\n', { mode: 0o600 });
    const wrong = {
      ...node,
      bmc: { address: parseHostName('127.0.0.1'), user: 'ipmiusr', passwordFile: join(folder, 'wrong') },
    };
    const said = await ipmiDriver({ port, cipherSuite: 3 })
      .state(wrong, signal)
      .catch((error: unknown) => String(error));
    expect(said).toMatch(/n1: ipmitool: /);
    expect(said).not.toContain('not-it');
  });

  it('refuses a password file that others can read', async () => {
    await chmod(join(folder, 'password'), 0o644);
    await expect(ipmiDriver({ port, cipherSuite: 3 }).state(node, signal)).rejects.toThrow(
      /can be read by others/,
    );
    await chmod(join(folder, 'password'), 0o600);
  });
});

describe('redfish', () => {
  let server: Server;
  let port: number;
  const machine = { power: 'Off', target: 'None', enabled: 'Disabled', resets: [''] };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const authorised =
          request.headers.authorization === `Basic ${Buffer.from('ipmiusr:test').toString('base64')}`;
        const [status, body] =
          authorised || request.url === '/redfish' || request.url === '/redfish/v1/'
            ? answer(request.method ?? '', request.url ?? '', text)
            : [401, {}];
        response.writeHead(status, { 'content-type': 'application/json', 'odata-version': '4.0' });
        response.end(status === 204 ? '' : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });

  afterAll(() => void server.close());

  function answer(method: string, path: string, text: string): readonly [number, object] {
    const system = '/redfish/v1/Systems/1';
    const wish: {
      ResetType?: string;
      Boot?: { BootSourceOverrideTarget?: string; BootSourceOverrideEnabled?: string };
    } = text === '' ? {} : JSON.parse(text);
    if (path === '/redfish') return [200, { v1: '/redfish/v1/' }];
    if (/^\/redfish\/v1\/?$/.test(path))
      return [200, { '@odata.id': '/redfish/v1/', Systems: { '@odata.id': '/redfish/v1/Systems' } }];
    if (path === '/redfish/v1/Systems')
      return [200, { Members: [{ '@odata.id': system }], 'Members@odata.count': 1 }];
    if (method === 'POST' && path === `${system}/Actions/ComputerSystem.Reset`) {
      machine.resets.push(wish.ResetType ?? '');
      machine.power = wish.ResetType === 'ForceOff' ? 'Off' : 'On';
      return [204, {}];
    }
    if (path !== system) return [404, {}];
    machine.target = wish.Boot?.BootSourceOverrideTarget ?? machine.target;
    machine.enabled = wish.Boot?.BootSourceOverrideEnabled ?? machine.enabled;
    return [
      200,
      {
        '@odata.id': system,
        Id: '1',
        PowerState: machine.power,
        Boot: {
          BootSourceOverrideEnabled: machine.enabled,
          BootSourceOverrideTarget: machine.target,
          'BootSourceOverrideTarget@Redfish.AllowableValues': ['None', 'Pxe', 'Hdd'],
        },
        Actions: {
          '#ComputerSystem.Reset': {
            target: `${system}/Actions/ComputerSystem.Reset`,
            'ResetType@Redfish.AllowableValues': ['On', 'ForceOff', 'ForceRestart'],
          },
        },
      },
    ];
  }

  it('starts a machine from the network, once, and redfishtool sees the same', async () => {
    const driver = redfishDriver({ scheme: 'http', port });
    await startFromNetwork(driver, node, signal);
    await startFromNetwork(driver, node, signal);
    expect(machine).toMatchObject({
      power: 'On',
      target: 'Pxe',
      enabled: 'Once',
      resets: ['', 'On', 'ForceRestart'],
    });
    const { stdout } = await run('redfishtool', [
      '-r',
      `127.0.0.1:${port}`,
      '-S',
      'Never',
      '-A',
      'Basic',
      '-u',
      'ipmiusr',
      '-p',
      'test',
      'Systems',
      '-1',
      'get',
    ]);
    expect(stdout).toMatch(/"PowerState": "On"/);
    await driver.nextBoot(node, 'disk', signal);
    await driver.off(node, signal);
    expect(await driver.state(node, signal)).toBe('off');
    expect(machine.target).toBe('Hdd');
  });
});

describe('redfish over https', () => {
  let server: HttpsServer;
  let port: number;
  let certificate: string;
  let asked: number;

  beforeAll(async () => {
    const [key, cert] = [join(folder, 'bmc.key'), join(folder, 'bmc.pem')];
    const words = `req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ${key} -out ${cert} -subj /CN=bmc`.split(
      ' ',
    );
    await run('openssl', [...words, '-addext', 'subjectAltName=IP:127.0.0.1']);
    certificate = await readFile(cert, 'utf8');
    server = createHttpsServer({ key: await readFile(key), cert: certificate }, (request, response) => {
      asked += 1;
      const system = '/redfish/v1/Systems/1';
      const body = request.url === system ? { PowerState: 'On' } : { Members: [{ '@odata.id': system }] };
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  beforeEach(() => void (asked = 0));
  afterAll(() => void server.close());

  it('tells a BMC with a certificate that nobody vouches for no password', async () => {
    const driver = redfishDriver({ port });
    await expect(driver.state(node, signal)).rejects.toMatchObject({
      message: expect.stringContaining('certificate of its BMC'),
      hint: expect.stringContaining('--redfish-ca'),
    });
    expect(asked).toBe(0);
  });

  it.each<[string, () => BmcTrust]>([
    ['is named', () => ({ kind: 'checked', authorities: certificate })],
    ['is of no matter', () => ({ kind: 'any' })],
  ])('asks a BMC whose certificate %s', async (_what, trust) => {
    expect(await redfishDriver({ port, trust: trust() }).state(node, signal)).toBe('on');
  });
});

describe('a command', () => {
  it('is called without a shell, with what it needs to know', async () => {
    await writeFile(
      join(folder, 'button'),
      `#!/bin/sh\necho "$@" >> '${folder}/pressed'\n[ "$1" = state ] && echo on\ntrue\n`,
      { mode: 0o755 },
    );
    const driver = commandDriver(`${join(folder, 'button')} %action %node %mac $(reboot)`);
    await startFromNetwork(driver, node, signal);
    expect(await readFile(join(folder, 'pressed'), 'utf8')).toBe(
      ['network', 'state', 'cycle'].map((action) => `${action} n1 52:54:00:00:00:01 $(reboot)\n`).join(''),
    );
  });
});
