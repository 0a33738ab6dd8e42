// A folder that stands for a machine: files below /proc, /sys and /dev, for the evidence script's `root`.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type MachineFiles = Readonly<Record<string, string | number | Uint8Array>>;

export interface MachineTree extends AsyncDisposable {
  readonly root: string;
  /** A folder that is kept between readings, as the spool is. */
  readonly keep: string;
  /** Text gets its final newline. */
  write(files: MachineFiles): Promise<void>;
  remove(path: string): Promise<void>;
}

export async function machineTree(files: MachineFiles): Promise<MachineTree> {
  const folder = await mkdtemp(join(tmpdir(), 'heorot-machine-'));
  const tree: MachineTree = {
    root: join(folder, 'root'),
    keep: join(folder, 'keep'),
    async write(more) {
      for (const [path, content] of Object.entries(more)) {
        const file = join(tree.root, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content instanceof Uint8Array ? content : `${content}\n`);
      }
    },
    remove: (path) => rm(join(tree.root, path), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
  await mkdir(tree.root, { recursive: true });
  await mkdir(tree.keep);
  await tree.write(files);
  return tree;
}

const edac = '/sys/devices/system/edac/mc';
const cpu = '/sys/devices/system/cpu';

/**
 * A server with two sockets of two cores of two threads, EDAC with labels (skx_edac), coretemp, thermal_throttle: the files and
 * formats of Documentation/admin-guide/RAS, Documentation/hwmon/sysfs-interface and of Linux 6.1 on such machines.
 */
export const twoSocketServer: MachineFiles = {
  '/proc/sys/kernel/random/boot_id': '5b6f3a0e-0000-4000-8000-000000000001',
  '/proc/uptime': '1000.50 7000.00',
  '/proc/sys/kernel/osrelease': '6.1.0-18-amd64',
  '/proc/meminfo':
    'MemTotal:       263841234 kB\nMemFree:        1 kB\nMemAvailable:   260000000 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\nHardwareCorrupted:     0 kB',
  '/proc/vmstat': 'nr_free_pages 1\noom_kill 3\nswap_ra 0',
  '/proc/stat': 'cpu  10 20 30 40 50 60 70 800 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0',
  '/proc/pressure/cpu':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=5000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0',
  '/proc/pressure/memory':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7',
  '/proc/cpuinfo': Array.from(
    { length: 8 },
    (_, at) =>
      `processor\t: ${at}\nmodel name\t: Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz\nmicrocode\t: 0x5003604\ncpu MHz\t\t: ${2100 + at * 100}.000\nphysical id\t: ${at % 2}\nflags\t\t: fpu vme sse2\n`,
  ).join('\n'),
  '/sys/class/dmi/id/sys_vendor': 'Supermicro',
  '/sys/class/dmi/id/product_name': 'SYS-6029P-TRT',
  '/sys/class/dmi/id/product_serial': 'S291234X8A00001',
  '/sys/class/dmi/id/bios_version': '3.4',
  '/sys/class/dmi/id/bios_date': '10/30/2020',
  [`${edac}/mc0/mc_name`]: 'Skylake Socket#0 IMC#0',
  [`${edac}/mc0/seconds_since_reset`]: 990,
  [`${edac}/mc0/ce_count`]: 4,
  [`${edac}/mc0/ue_count`]: 0,
  [`${edac}/mc0/ce_noinfo_count`]: 1,
  [`${edac}/mc0/ue_noinfo_count`]: 0,
  [`${edac}/mc0/dimm0/dimm_label`]: 'CPU_SrcID#0_MC#0_Chan#0_DIMM#0',
  [`${edac}/mc0/dimm0/dimm_location`]: 'channel 0 slot 0 ',
  [`${edac}/mc0/dimm0/dimm_ce_count`]: 4,
  [`${edac}/mc0/dimm0/dimm_ue_count`]: 0,
  [`${edac}/mc0/dimm3/dimm_label`]: 'CPU_SrcID#0_MC#0_Chan#1_DIMM#0',
  [`${edac}/mc0/dimm3/dimm_location`]: 'channel 1 slot 0 ',
  [`${edac}/mc0/dimm3/dimm_ce_count`]: 0,
  [`${edac}/mc0/dimm3/dimm_ue_count`]: 0,
  // Siblings share a core, four processors a package; each shows the counts of what it shares.
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => [
      [`${cpu}/cpu${at}/topology/physical_package_id`, at % 2],
      [`${cpu}/cpu${at}/topology/core_id`, Math.floor(at / 2) % 2],
      [`${cpu}/cpu${at}/thermal_throttle/core_throttle_count`, 5],
      [`${cpu}/cpu${at}/thermal_throttle/package_throttle_count`, 7],
      [`${cpu}/cpu${at}/thermal_throttle/core_throttle_total_time_ms`, 10],
    ]).flat(),
  ),
  '/sys/class/hwmon/hwmon1/name': 'coretemp',
  '/sys/class/hwmon/hwmon1/temp1_label': 'Package id 0',
  '/sys/class/hwmon/hwmon1/temp1_input': 55000,
  '/sys/class/hwmon/hwmon1/temp2_label': 'Core 0',
  '/sys/class/hwmon/hwmon1/temp2_input': 61000,
  '/dev/kmsg':
    '6,100,1000000,-;Linux version 6.1.0\n4,101,2000000,-;EDAC MC0: 1 CE before the run\n SUBSYSTEM=edac',
};
