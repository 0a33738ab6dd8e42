// The sampler in POSIX awk, as mawk, gawk and busybox awk all run it: reads with getline, no process is ever started.
// Counters stay text (awk's numbers are doubles, and mawk prints large ones as 1e+10). No single quotes in here: the
// program stands inside '…' of the shell script that starts it. What the lines mean: protocol.ts.

import { idFiles } from '../facts/card-script.ts';

/** Variables set by the caller: `root` (prefix of /proc and /sys), `flavour`, `netns`, `bits`, `errors`, `ports` (RDMA, `mlx5_0/1 …`), `ethtool` (its path, or empty), `models` (of the cards, `eth0=8086:1521 …`). */
export const awkProgram = String.raw`
function first(path,   line, got) {
  got = (getline line < path)
  close(path)
  return got > 0 ? line : ""
}
function count(path,   value) {
  value = first(path)
  return value ~ /^[0-9]+$/ ? value : "-"
}
function word_of(value) {
  gsub(/[ \t]+/, "_", value)
  return value
}
function fact(key, value) {
  return value == "" ? "" : " " key "=" word_of(value)
}
function uevent(path, key,   line, found) {
  found = ""
  while ((getline line < path) > 0)
    if (index(line, key "=") == 1) found = substr(line, length(key) + 2)
  close(path)
  return found
}
function is_there(path,   line, got) {
  got = (getline line < path)
  close(path)
  return got >= 0 ? "1" : ""
}
function has_text(path) {
  return first(path) == "" ? "" : "1"
}
# What can change while an interface is the same one; carrier_changes tells of most of it.
function standing(folder) {
  return fact("mtu", first(folder "/mtu")) fact("state", first(folder "/operstate")) fact("carrier", first(folder "/carrier")) \
    fact("speed", first(folder "/speed")) fact("duplex", first(folder "/duplex")) fact("master", first(folder "/master/ifindex"))
}
# By the pci.ids of the node (https://pci-ids.ucw.cz): a vendor begins its line, its devices follow behind a tab.
function name_models(   n, i, told, at, face, part, paths, m, path, line, here, maker, device) {
  n = split(models, told, " ")
  for (i = 1; i <= n; i++) {
    at = index(told[i], "=")
    face[i] = substr(told[i], 1, at - 1)
    model[face[i]] = substr(told[i], at + 1)
    maker[substr(told[i], at + 1, 4)] = ""
  }
  m = split("${idFiles}", paths, " ")
  for (i = 1; i <= m && (getline line < (root paths[i])) <= 0; i++) ;
  if (i > m) return
  path = root paths[i]
  do {
    if (line ~ /^[0-9a-f]/) {
      here = substr(line, 1, 4)
      if (!(here in maker)) here = ""
      else maker[here] = substr(line, 7)
    } else if (here != "" && line ~ /^\t[0-9a-f]/) device[here ":" substr(line, 2, 4)] = substr(line, 8)
  } while ((getline line < path) > 0)
  close(path)
  for (i = 1; i <= n; i++) {
    line = model[face[i]]
    split(line, part, ":")
    if (maker[part[1]] != "") model[face[i]] = maker[part[1]] " " (line in device ? device[line] : part[2])
  }
}
function nature(folder, name) {
  return fact("iflink", first(folder "/iflink")) fact("type", first(folder "/type")) \
    fact("devtype", uevent(folder "/uevent", "DEVTYPE")) fact("device", is_there(folder "/device/uevent")) \
    fact("driver", uevent(folder "/device/uevent", "DRIVER")) fact("vf", is_there(folder "/device/physfn/uevent")) \
    fact("bond", has_text(folder "/bonding/mode")) fact("bridge", has_text(folder "/bridge/bridge_id")) \
    fact("tun", has_text(folder "/tun_flags")) (name in model ? fact("card", model[name]) : "")
}
function port_facts(path,   line) {
  line = fact("state", first(path "/state")) fact("physical", first(path "/phys_state"))
  return line fact("rate", first(path "/rate")) fact("layer", first(path "/link_layer"))
}
function declare_ports(   i, n, list, part, path, line) {
  n = split(ports, list, " ")
  for (i = 1; i <= n; i++) {
    split(list[i], part, "/")
    path = root "/sys/class/infiniband/" part[1] "/ports/" part[2]
    line = " " part[1] " " part[2] fact("driver", uevent(root "/sys/class/infiniband/" part[1] "/device/uevent", "DRIVER"))
    line = line port_facts(path)
    port_path[i - 1] = path
    if (line != port_line[i - 1]) {
      port_line[i - 1] = line
      out = out "R " (i - 1) line "\n"
    }
  }
  port_count = n
}
function port_counters(   i, j, line) {
  line = ""
  for (i = 0; i < port_count; i++) {
    line = line " r" i ":" count(port_path[i] "/counters/port_rcv_data") "," count(port_path[i] "/counters/port_rcv_packets")
    line = line "," count(port_path[i] "/counters/port_xmit_data") "," count(port_path[i] "/counters/port_xmit_packets")
    if (!slow) continue
    line = line " e" i ":"
    for (j = 1; j <= error_count; j++)
      line = line (j > 1 ? "," : "") count(port_path[i] "/" error_names[j])
  }
  return line
}
# Nanoseconds of CLOCK_MONOTONIC where root may read them; else /proc/uptime, which counts in steps of 10 ms.
function clock(   line, part) {
  uptime = first(proc "/uptime")
  line = timer_line()
  if (line != "") {
    split(line, part, " ")
    return part[3]
  }
  split(uptime, part, " ")
  sub(/\./, "", part[1])
  return part[1] "0000000"
}
function timer_line(   line, i) {
  if (!exact) return ""
  line = ""
  for (i = 0; i < 3 && (getline line < timers) > 0; i++) ;
  close(timers)
  return line ~ /^now at [0-9]+ nsecs/ ? line : ""
}
# A column that is not there has no index: what is under it is empty, which is unknown.
function columns(header, wanted, indices,   n, m, i, j, names, wants) {
  n = split(header, names, " ")
  m = split(wanted, wants, " ")
  for (j = 1; j <= m; j++) {
    indices[j] = 0
    for (i = 1; i <= n; i++) if (names[i] == wants[j]) indices[j] = i
  }
  indices["n"] = m
}
function paired(path, label, wanted, letter, indices,   header, line, text, values, i) {
  text = ""
  while ((getline header < path) > 0) {
    if ((getline line < path) <= 0) break
    if (index(header, label) != 1) continue
    if (header != seen_header[label]) {
      seen_header[label] = header
      columns(header, wanted, indices)
    }
    split(line, values, " ")
    text = " " letter values[indices[1]]
    for (i = 2; i <= indices["n"]; i++) text = text "," values[indices[i]]
    break
  }
  close(path)
  return text
}
function dev_columns(header,   half, n, i, rx, tx) {
  split(header, half, "|")
  columns(half[2], "bytes packets errs drop", rx)
  columns(half[3], "bytes packets errs drop", tx)
  n = split(half[2], unused, " ")
  for (i = 1; i <= 4; i++) dev_at[i] = rx[i]
  for (i = 1; i <= 4; i++) dev_at[i + 4] = tx[i] ? tx[i] + n : 0
}
# The index of an interface is read before its counters: one that is made anew in between then shows counters that fell,
# never those of the new one under the old index as if they had grown.
function interfaces(   name, i, flaps, text) {
  for (i = 1; i <= rows; i++) ifindex[row_name[i]] = count(root "/sys/class/net/" row_name[i] "/ifindex")
  now = clock()
  read_dev()
  for (name in slot) if (last_seen[name] != ticks) gone[name] = 1
  for (name in gone) forget(name)
  for (name in gone) delete gone[name]
  text = ""
  for (i = 1; i <= rows; i++) {
    name = row_name[i]
    if (name in slot && slot_index[name] != ifindex[name]) forget(name)
    if (!(name in slot)) {
      slot[name] = next_slot++
      slot_index[name] = ifindex[name]
    }
    flaps = count(root "/sys/class/net/" name "/carrier_changes")
    if (!(name in stood) || flap[name] != flaps || review == i) describe(name)
    flap[name] = flaps
    text = text " n" slot[name] ":" row[i] "," flaps
  }
  return text
}
function read_dev(   line, name, n, value) {
  n = 0
  rows = 0
  while ((getline line < dev) > 0) {
    n++
    if (n == 2 && line != dev_header) {
      dev_header = line
      dev_columns(line)
    }
    if (n < 3 || !match(line, /:[^:]*$/)) continue
    name = substr(line, 1, RSTART - 1)
    sub(/^ +/, "", name)
    rows++
    row_name[rows] = name
    split(substr(line, RSTART + 1), value, " ")
    row[rows] = value[dev_at[1]] "," value[dev_at[2]] "," value[dev_at[3]] "," value[dev_at[4]] "," \
      value[dev_at[5]] "," value[dev_at[6]] "," value[dev_at[7]] "," value[dev_at[8]]
    if (last_seen[name] != ticks - 1 || ticks == 1) ifindex[name] = count(root "/sys/class/net/" name "/ifindex")
    last_seen[name] = ticks
  }
  close(dev)
}
function forget(name) {
  out = out "G " slot[name] "\n"
  delete slot[name]
  delete slot_index[name]
  delete described[name]
  delete stood[name]
  delete flap[name]
}
function describe(name,   folder, now_standing) {
  folder = root "/sys/class/net/" name
  now_standing = standing(folder)
  if ((name in stood) && stood[name] == now_standing) return
  stood[name] = now_standing
  described[name] = " " name " ifindex=" ifindex[name] nature(folder, name) now_standing
  out = out "I " slot[name] described[name] "\n"
}
# One interface in turn is looked at again now and then: a master or an MTU changes without a carrier change.
function choose_review() {
  review = 0
  if (ticks % 10 == 0 && rows > 0) review = (reviewed++ % rows) + 1
}
function boot_time(   line, text) {
  text = ""
  while ((getline line < stat) > 0) if (line ~ /^btime /) text = " b" substr(line, 7)
  close(stat)
  return text
}
function processor(   part) {
  split(first(stat), part, " ")
  return " c" part[2] "," part[3] "," part[4] "," part[5] "," part[6] "," part[7] "," part[8] "," part[9]
}
function memory(   line, part, value) {
  value["MemTotal:"] = value["MemFree:"] = value["MemAvailable:"] = "-"
  for (; (getline line < meminfo) > 0;) {
    split(line, part, " ")
    value[part[1]] = part[2]
    if (part[1] == "MemAvailable:" || part[1] == "Buffers:") break
  }
  close(meminfo)
  return " m" value["MemTotal:"] "," value["MemFree:"] "," value["MemAvailable:"]
}
# Both as the kernel has them: a row a CPU, of hexadecimal words; POSIX awk reads none.
function hex(text,   value, i) {
  sub(/^0+/, "", text)
  value = 0
  for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
  return value
}
function softnet(   line, part, dropped, squeezed, n) {
  dropped = squeezed = n = 0
  while ((getline line < backlog) > 0) {
    split(line, part, " ")
    n++
    if (part[2] != "00000000") dropped += hex(part[2])
    if (part[3] != "00000000") squeezed += hex(part[3])
  }
  close(backlog)
  return n ? sprintf(" d%.0f,%.0f", dropped, squeezed) : ""
}
function conntrack(   entries) {
  if (!conntrack_there) return ""
  entries = count(proc "/sys/net/netfilter/nf_conntrack_count")
  conntrack_there = entries != "-"
  return entries == "-" ? "" : " k" entries "," count(proc "/sys/net/netfilter/nf_conntrack_max")
}
# A call of ethtool takes a lock of the kernel and asks the card: one card a slow tick, each twice a minute at most.
function cards(   i, name, line, part, text, n, command) {
  if (ethtool == "") return ""
  for (i = 1; i <= rows; i++) {
    name = row_name[i]
    if (name !~ /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/ || described[name] !~ / device=1/) continue
    if (name in asked && now - asked[name] < 30000000000) continue
    asked[name] = now
    text = ""
    # A variable: what "a" "b" | getline means is not the same in all awks.
    command = ethtool " -S " name " 2>/dev/null </dev/null"
    while ((command | getline line) > 0) {
      n = split(line, part, ":")
      if (n != 2 || part[1] !~ wanted) continue
      gsub(/[ \t]/, "", part[1])
      gsub(/[ \t]/, "", part[2])
      if (part[1] ~ /^[A-Za-z0-9_.]+$/ && part[2] ~ /^[0-9]+$/) text = text (text == "" ? "" : ",") part[1] "=" part[2]
    }
    close(command)
    return text == "" ? "" : " h" slot[name] ":" text
  }
  return ""
}
function virtual_server(   line, i, part) {
  line = ""
  for (i = 0; i < 3 && (getline line < ipvs) > 0; i++) ;
  close(ipvs)
  if (i < 3) { ipvs_there = 0; return "" }
  split(line, part, " ")
  return " v" part[1] "," part[2] "," part[3] "," part[4] "," part[5]
}
BEGIN {
  proc = root "/proc"
  dev = proc "/net/dev"; stat = proc "/stat"; meminfo = proc "/meminfo"; timers = proc "/timer_list"
  snmp = proc "/net/snmp"; netstat = proc "/net/netstat"; ipvs = proc "/net/ip_vs_stats"
  backlog = proc "/net/softnet_stat"
  wanted = "pause|xoff|crc|fcs|symbol|missed|no_buffer|no_dma|out_of_buffer|discard|timeout|fifo|tx_errors_phy"
  next_slot = 0
  exact = 1
  exact = timer_line() != ""
  error_count = split(errors, error_names, " ")
  out = "heorot-netmon 1 sampler=" flavour " boot=" first(proc "/sys/kernel/random/boot_id") " netns=" netns
  printf "%s", out " clock=" (exact ? "timer_list" : "uptime") " bits=" bits "\n"
  fflush()
  if (models != "") name_models()
}
{
  ticks++
  out = ""
  slow = ticks % 5 == 1
  # What was not there is looked for again once a minute: a module may be loaded.
  if (ticks % 60 == 1) ipvs_there = conntrack_there = 1
  choose_review()
  if (slow) declare_ports()
  counters = interfaces()
  split(uptime, up, " ")
  split(first(proc "/loadavg"), load, " ")
  sample = "S " ticks " " now " u" up[1] " l" load[1] "," load[2] "," load[3] processor() memory()
  sample = sample paired(snmp, "Tcp:", "InSegs OutSegs RetransSegs InErrs", "t", tcp_at)
  if (slow) {
    sample = sample boot_time()
    sample = sample paired(netstat, "TcpExt:", "ListenOverflows ListenDrops TCPTimeouts TCPSynRetrans TCPBacklogDrop", "x", ext_at)
    sample = sample softnet() conntrack() cards()
  }
  if (ipvs_there) sample = sample virtual_server()
  printf "%s", out sample port_counters() counters "\n"
  fflush()
}
`;
