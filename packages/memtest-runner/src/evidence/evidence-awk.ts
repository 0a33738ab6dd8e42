// The two awk programs of the evidence script, as mawk, gawk and busybox awk all run them. No single quotes in here: they stand
// inside '…' of the shell script.

/** `quoted(text)`: a JSON string. Control characters become blanks; a backslash is doubled by hand: awks differ in gsub. */
const jsonText = String.raw`
function quoted(text,   out, i, c) {
  gsub(/[\001-\010\013-\037\177]/, " ", text)
  if (text !~ /["\\\n\t]/) return "\"" text "\""
  out = ""
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\"" || c == "\\") out = out "\\" c
    else if (c == "\n") out = out "\\n"
    else if (c == "\t") out = out "\\t"
    else out = out c
  }
  return "\"" out "\""
}
`;

/**
 * Reads `PATH:LINE` as grep prints them. Files become members of `files`; what a big machine has by the hundred is summed up here:
 * processors, throttle counts (once a core, once a package), MHz, temperatures. Variables: `prefix` (length of the root's
 * path), `last` (file of what was printed before, or empty), `brief` (1: only what has changed since).
 */
export const filesProgram = String.raw`${jsonText}
function add_cpu(name, value) {
  if (name == "processor") cpus++
  else if (name == "model name" && model == "") model = value
  else if (name == "microcode" && microcode == "") microcode = value
  else if (name == "physical id") { if (!(value in sockets)) socket_count++; sockets[value] = 1 }
  else if (name == "cpu MHz") add_mhz(value + 0)
  else if (name == "flags" && hypervisor == "") hypervisor = value ~ /(^| )hypervisor( |$)/ ? "true" : "false"
}
function add_mhz(value) {
  if (value <= 0) return
  if (mhz_count == 0 || value < mhz_low) mhz_low = value
  if (mhz_count == 0 || value > mhz_high) mhz_high = value
  mhz_sum += value
  mhz_count++
}
function add_throttle(cpu, name, value) {
  throttled = 1
  if (name ~ /^core_/) key = name " " package_of[cpu] " " core_of[cpu]
  else key = name " " package_of[cpu]
  if (package_of[cpu] == "") key = name " cpu " cpu
  if (key in seen) return
  seen[key] = 1
  if (name ~ /_ms$/) throttle_ms += value
  else throttle_count += value
}
function add_sensor(chip, file, value) {
  if (file == "name") chip_name[chip] = value
  else if (file ~ /_label$/) { sub(/_label$/, "", file); sensor_label[chip " " file] = value }
  else if (value ~ /^-?[0-9]+$/) {
    if (!(chip in hottest)) chips[++chip_count] = chip
    if (!(chip in hottest) || value + 0 > hottest[chip] + 0) { hottest[chip] = value; sub(/_input$/, "", file); hottest_file[chip] = file }
  }
}
BEGIN {
  if (last != "") while ((getline line < last) > 0) { at = index(line, "\t"); before[substr(line, 1, at - 1)] = substr(line, at + 1) }
  if (last != "") close(last)
}
{
  line = substr($0, prefix + 1)
  at = index(line, ":")
  path = substr(line, 1, at - 1)
  value = substr(line, at + 1)
  count = split(path, part, "/")
  name = part[count]
  if (path == "/proc/cpuinfo") { colon = index(value, ":"); key = substr(value, 1, colon - 1); sub(/[ \t]+$/, "", key); value = substr(value, colon + 1); sub(/^ +/, "", value); add_cpu(key, value) }
  else if (name == "physical_package_id") package_of[part[count - 2]] = value
  else if (name == "core_id") core_of[part[count - 2]] = value
  else if (part[count - 1] == "thermal_throttle") add_throttle(part[count - 2], name, value)
  else if (name == "scaling_cur_freq") { if (mhz_from == "") { mhz_from = 1; mhz_count = mhz_sum = 0 } add_mhz(value / 1000) }
  else if (part[4] == "hwmon") add_sensor(part[5], name, value)
  else if (path in text) text[path] = text[path] "\n" value
  else { paths[++path_count] = path; text[path] = value }
}
END {
  separator = ""
  printf "\"files\":{"
  for (i = 1; i <= path_count; i++) {
    path = paths[i]
    member = quoted(text[path])
    if (last != "") print path "\t" member > last
    if (brief && before[path] == member) continue
    printf "%s%s:%s", separator, quoted(path), member
    separator = ","
  }
  printf "}"
  if (cpus > 0) printf ",\"cpu\":{\"model\":%s,\"microcode\":%s,\"count\":%d,\"sockets\":%d,\"virtual\":%s}", model == "" ? "null" : quoted(model), microcode == "" ? "null" : quoted(microcode), cpus, socket_count, hypervisor == "" ? "null" : hypervisor
  if (throttled) printf ",\"throttle\":{\"events\":%.0f,\"milliseconds\":%.0f}", throttle_count, throttle_ms
  if (mhz_count > 0) printf ",\"mhz\":{\"lowest\":%.0f,\"mean\":%.0f,\"highest\":%.0f}", mhz_low, mhz_sum / mhz_count, mhz_high
  if (chip_count > 0) {
    printf ",\"temperatures\":["
    for (i = 1; i <= chip_count; i++) {
      chip = chips[i]
      sensor = sensor_label[chip " " hottest_file[chip]]
      printf "%s{\"chip\":%s,\"name\":%s,\"sensor\":%s,\"celsius\":%.1f}", i == 1 ? "" : ",", quoted(chip), quoted(chip_name[chip]), quoted(sensor == "" ? hottest_file[chip] : sensor), hottest[chip] / 1000
    }
    printf "]"
  }
}
`;

/**
 * Reads records of /dev/kmsg (`priority,sequence,microseconds,flags;text`, Documentation/ABI/testing/dev-kmsg). Variables: `since`
 * (the last sequence number that was seen; empty: none is printed), `mark` (file to keep the new one in, or empty), `boot`.
 */
export const kernelLogProgram = String.raw`${jsonText}
BEGIN { first = ""; sequence = since }
/^[0-9]+,[0-9]+,[0-9]+,/ {
  split($0, field, ",")
  number = field[2] + 0
  if (first == "") first = number
  sequence = number
  if (since == "" || number <= since + 0) next
  message = substr($0, index($0, ";") + 1)
  lower = tolower(message)
  if (lower !~ /edac|mce:|hardware error|machine check|memory failure|corrupt|memory error|out of memory|oom-kill|oom_reaper|killed process|ghes|cper|temperature above|throttl|lockup|kernel panic|bug:|uncorrect/) next
  if (++lines > 100) next
  text = text (lines == 1 ? "" : ",") sprintf("[%d,%.3f,%s]", number, field[3] / 1000000, quoted(substr(message, 1, 300)))
}
END {
  if (first == "" && since == "") { printf "null"; exit }
  gap = since != "" && first != "" && first > since + 1 ? "true" : "false"
  printf "{\"last\":%d,\"gap\":%s,\"count\":%d,\"lines\":[%s]}", sequence, gap, lines, text
  if (mark != "") print boot, sequence > mark
}
`;
