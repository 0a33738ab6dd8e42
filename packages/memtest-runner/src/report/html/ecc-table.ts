// ECC errors by slot: which DIMM of which node, and whether one slot or one part number stands out.
import type { DimmErrors } from '../../model/evidence.ts';
import type { NodeResult } from '../../model/run-result.ts';
import { type Markup, markup } from './markup.ts';

const mostRows = 200;

export function eccTable(nodes: readonly NodeResult[]): Markup {
  const telling = nodes.filter(({ evidence }) => evidence.dimms !== null);
  const silent = nodes.length - telling.length;
  const said = markup`<p>${telling.length} of ${nodes.length} nodes count ECC errors.${silent === 0 ? '' : ` Of the other ${silent} nothing is known: no EDAC driver, or no ECC memory.`}</p>`;
  const rows = telling.flatMap(({ node, evidence }) =>
    (evidence.dimms ?? []).filter(counted).map((dimm) => ({ node, dimm })),
  );
  if (rows.length === 0)
    return telling.length === 0 ? said : markup`${said}<p>None was counted during the run.</p>`;
  const worst = rows.toSorted((a, b) => weight(b.dimm) - weight(a.dimm));
  return markup`${said}
<div class="wide"><table><thead><tr><th>Node</th><th>Slot</th><th>Part</th><th>Serial</th><th class="n">Corrected</th><th class="n">Uncorrected</th></tr></thead>
<tbody>${worst
    .slice(0, mostRows)
    .map(
      ({ node, dimm }) =>
        markup`<tr><td>${node}</td><td>${dimm.label}</td><td>${dimm.part ?? 'unknown'}</td><td>${dimm.serial ?? 'unknown'}</td><td class="n">${dimm.corrected}</td><td class="n">${dimm.uncorrected}</td></tr>`,
    )}</tbody></table></div>
${rows.length > mostRows ? markup`<p class="note">${rows.length - mostRows} more are in the JSON document.</p>` : ''}
${bySlot(rows)}`;
}

function counted({ corrected, uncorrected }: DimmErrors): boolean {
  return corrected + uncorrected > 0;
}

function weight({ corrected, uncorrected }: DimmErrors): number {
  return uncorrected * 1e9 + corrected;
}

/** One slot on many nodes is the board, its layout or its BIOS, not the DIMM. */
function bySlot(rows: readonly { readonly node: string; readonly dimm: DimmErrors }[]): Markup {
  const slots = [...Map.groupBy(rows, ({ dimm }) => dimm.label)].filter(([, all]) => all.length > 1);
  if (slots.length === 0) return markup``;
  const worst = slots.toSorted(([, a], [, b]) => b.length - a.length).slice(0, 12);
  return markup`<p>The same slot on several nodes (suspect board or BIOS before DIMMs): ${worst.map(([slot, all]) => `${slot} on ${all.length}`).join(', ')}.</p>`;
}
