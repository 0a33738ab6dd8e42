// How recipes name disks: `sda`, `/dev/sda` and `disk/by-id/...` alike.

/** The path of a device, whichever way it is named. */
export function devicePath(disk: string): string {
  return disk.startsWith('/dev/') ? disk : `/dev/${disk}`;
}
