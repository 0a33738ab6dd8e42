// What a deployment must know of an image: its layer, its size, its kernel, and the software that configures its network.
import type { NetworkSoftware } from '../identity/identity.ts';
import type { Image } from '../image/image-layout.ts';
import type { PlannedImage } from './node-plan.ts';

/** The label in which capture records the storage of the golden node, as lines of a recipe. */
const storageLabel = 'org.heorot.storage';

export interface DeployableImage extends PlannedImage {
  readonly network: NetworkSoftware;
  /** Lines of a recipe, where capture recorded them. */
  readonly storage: string | undefined;
  readonly architecture: string;
}

/** @param image as `readImage` gives it, signature checked */
export function deployableImage({ name, descriptor, layer, files, config }: Image): DeployableImage {
  const paths = new Set(files.map(({ path }) => path));
  const boot = [...paths]
    .filter((path) => /^boot\/[^/]+$/.test(path))
    .map((path) => path.slice('boot/'.length));
  const kernel = latest(boot.filter((each) => each.startsWith('vmlinuz-')));
  const release = kernel?.slice('vmlinuz-'.length) ?? '';
  const initrds = [`initrd.img-${release}`, `initramfs-${release}.img`, `initrd-${release}`];
  return {
    name,
    digest: descriptor.digest,
    layer: { digest: layer.digest, size: layer.size, mediaType: layer.mediaType },
    bytes: files.reduce((sum, file) => sum + (file.type === 'file' ? file.size : 0), 0),
    kernel,
    initrd: boot.find((each) => initrds.includes(each)),
    network: networkSoftware(paths),
    storage: config.labels[storageLabel],
    architecture: config.architecture,
  };
}

/** By release number, not by letters: 6.10 is later than 6.9. */
function latest(kernels: readonly string[]): string | undefined {
  return [...kernels].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

function networkSoftware(paths: ReadonlySet<string>): NetworkSoftware {
  const any = (...candidates: readonly string[]): boolean => candidates.some((path) => paths.has(path));
  if (any('usr/sbin/netplan')) return 'netplan';
  if (any('usr/sbin/NetworkManager', 'usr/bin/NetworkManager')) return 'networkmanager';
  if (any('usr/sbin/ifup', 'sbin/ifup')) return 'ifupdown';
  if (any('usr/lib/systemd/systemd-networkd', 'lib/systemd/systemd-networkd')) return 'networkd';
  return 'none';
}
