// The names that drivers have for what `ethtool -S` tells, and which of our counters each belongs to. Names that mean the same
// on one driver are not both listed for it; those of priorities and of several queues are added up.
import type { Counter } from '../model/counter.ts';
import {
  type HardwareCounterName,
  type HardwareCounters,
  hardwareCounterNames,
  hardwareCounters,
} from '../model/hardware-counter.ts';
import { counterOf } from './numbers.ts';

/** The first of each is what {@link printHardware} writes. */
const patterns: Readonly<Record<HardwareCounterName, readonly [string, ...RegExp[]]>> = {
  rxPauses: [
    'rx_pause',
    // mlx5, mlx4, bnxt, tg3; PFC: mlx5 rx_prio3_pause, bnxt rx_pfc_ena_frames_pri3, ice rx_priority_3_xoff.nic
    /^rx_(?:pause|pause_ctrl_phy|pause_frames|prio[0-7]_pause|pfc_ena_frames_pri[0-7])$/,
    // ixgbe, igb, e1000e, i40e, ice: an XOFF is the wish to stop, an XON its end
    /^(?:rx_flow_control_xoff|rx_xoff|port\.link_xoff_rx|link_xoff_rx\.nic|(?:port\.)?rx_priority_[0-7]_xoff(?:\.nic)?|rx_pb_[0-7]_pxoff)$/,
  ],
  txPauses: [
    'tx_pause',
    /^tx_(?:pause|pause_ctrl_phy|pause_frames|prio[0-7]_pause|pfc_ena_frames_pri[0-7])$/,
    /^(?:tx_flow_control_xoff|tx_xoff|port\.link_xoff_tx|link_xoff_tx\.nic|(?:port\.)?tx_priority_[0-7]_xoff(?:\.nic)?|tx_pb_[0-7]_pxoff)$/,
  ],
  crcErrors: [
    'rx_crc_errors',
    /^(?:rx_crc_errors(?:_phy|\.nic)?|port\.rx_crc_errors|rx_fcs_err(?:ors)?|rx_fcs_err_frames)$/,
  ],
  symbolErrors: ['rx_symbol_err_phy', /^(?:rx_symbol_err_phy|rx_pcs_symbol_err_phy|rx_symbol_err(?:or)?s?)$/],
  rxMissed: [
    'rx_missed_errors',
    // mlx5: rx_out_of_buffer is the host's lack, rx_discards_phy the port's
    /^(?:rx_missed_errors|rx_no_buffer_count|rx_no_dma_resources|rx_out_of_buffer|rx_discards_phy|port\.rx_discards|rx_discards\.nic|rx_discard_pkts)$/,
  ],
  txDiscards: ['tx_discards_phy', /^(?:tx_discards_phy|tx_errors_phy|tx_discard_pkts|tx_fifo_errors)$/],
  txTimeouts: ['tx_timeout_count', /^(?:tx_timeout_count|tx_timeout)$/],
};

/** @param pairs `name=value`, as the sampler took them from `ethtool -S` */
export function foldHardwareNames(pairs: readonly string[]): HardwareCounters {
  const sums = new Map<HardwareCounterName, Counter>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = kindOf(pair.slice(0, at));
    const value = counterOf(pair.slice(at + 1));
    if (name !== undefined && value !== null) sums.set(name, (sums.get(name) ?? 0n) + value);
  }
  return hardwareCounters(hardwareCounterNames.map((name) => sums.get(name) ?? null));
}

/** What {@link foldHardwareNames} reads as the same. */
export function printHardware(counters: HardwareCounters): string {
  return hardwareCounterNames
    .flatMap((name) => (counters[name] === null ? [] : [`${patterns[name][0]}=${counters[name]}`]))
    .join(',');
}

const known = new Map<string, HardwareCounterName | undefined>();

/** Drivers have hundreds of names, and each node tells the same. */
function kindOf(name: string): HardwareCounterName | undefined {
  if (known.has(name)) return known.get(name);
  const kind = hardwareCounterNames.find((each) => {
    const [, ...tests] = patterns[each];
    return tests.some((test) => test.test(name));
  });
  if (known.size < mostNames) known.set(name, kind);
  return kind;
}

const mostNames = 10_000;
