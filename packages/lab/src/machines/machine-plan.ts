// A machine as planned: its firmware, card, memory and blank disks, and QEMU's command line for them. Pure.
import { join } from 'node:path';
import type { Accelerator } from './accelerator.ts';

export type Firmware = 'bios' | 'uefi';

export interface BlankDisk {
  /** What /sys/block/NAME/serial or the disk itself says: up to 20 letters. */
  readonly serial: string;
  readonly sizeBytes: number;
}

export interface MachinePlan {
  /** From 1. */
  readonly index: number;
  readonly name: string;
  readonly address: string;
  readonly mac: string;
  readonly firmware: Firmware;
  readonly memoryMib: number;
  readonly processors: number;
  readonly disks: readonly BlankDisk[];
  /** Loaded by QEMU itself, whatever the disks and the network hold. */
  readonly kernel?: DirectKernel | undefined;
}

/** Paths of this machine. */
export interface DirectKernel {
  readonly kernel: string;
  readonly initrd: string;
  readonly commandLine: string;
}

/** What firmware tries first. */
export type BootOrder = 'network' | 'disk';

/** The files of a machine. */
export interface MachineFiles {
  readonly folder: string;
  readonly serial: string;
  readonly monitor: string;
  readonly variables: string;
  disk(serial: string): string;
}

export function machineFiles(labFolder: string, name: string): MachineFiles {
  const folder = join(labFolder, 'nodes', name);
  return {
    folder,
    serial: join(folder, 'serial.log'),
    monitor: join(folder, 'monitor.sock'),
    variables: join(folder, 'OVMF_VARS.fd'),
    disk: (serial) => join(folder, `${serial}.qcow2`),
  };
}

/** Debian's package ovmf. */
export const OVMF = { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' };

/** By the network the card boots first, the disk second: the head decides at each boot. Its ROM is iPXE (package ipxe-qemu). */
export function qemuOperands(
  plan: MachinePlan,
  files: MachineFiles,
  tap: string,
  accelerator: Accelerator,
  first: BootOrder = 'network',
): readonly string[] {
  const drives = plan.disks.flatMap(({ serial }, at) => [
    ['-drive', `if=none,id=disk${at},file=${files.disk(serial)},format=qcow2,cache=unsafe,discard=unmap`],
    [
      '-device',
      `virtio-blk-pci,drive=disk${at},serial=${serial},bootindex=${at + (first === 'network' ? 2 : 1)}`,
    ],
  ]);
  const firmware = [
    ['-drive', `if=pflash,format=raw,readonly=on,file=${OVMF.code}`],
    ['-drive', `if=pflash,format=raw,file=${files.variables}`],
  ];
  return [
    ['-name', plan.name, '-machine', 'q35', '-cpu', 'max', '-display', 'none', '-nodefaults'],
    ['-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi,tb-size=512'],
    ['-smp', String(plan.processors), '-m', String(plan.memoryMib)],
    ['-chardev', `file,id=console,path=${files.serial},append=on`, '-serial', 'chardev:console'],
    ['-qmp', `unix:${files.monitor},server=on,wait=off`],
    ['-netdev', `tap,id=net,ifname=${tap},script=no,downscript=no`],
    [
      '-device',
      `virtio-net-pci,netdev=net,mac=${plan.mac},bootindex=${first === 'network' ? 1 : plan.disks.length + 1}`,
    ],
    ['-device', 'virtio-rng-pci'],
    ['-smbios', `type=1,manufacturer=heorot,product=rehearsal,serial=${plan.name}`],
    ...drives,
    plan.kernel === undefined ? [] : direct(plan.kernel),
    ...(plan.firmware === 'uefi' ? firmware : []),
  ].flat();
}

function direct({ kernel, initrd, commandLine }: DirectKernel): readonly string[] {
  return ['-kernel', kernel, '-initrd', initrd, '-append', commandLine];
}
