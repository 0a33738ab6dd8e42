// A whole frame: header, the view that is chosen, footer, and help over it.
import type { CellBuffer } from '../screen/cell-buffer.ts';
import { bodyOf } from './body.ts';
import { drawEvents } from './draw-events.ts';
import { drawFooter } from './draw-footer.ts';
import { drawChoices, drawHeader } from './draw-header.ts';
import { drawHeatmap } from './draw-heatmap.ts';
import { drawHelp } from './draw-help.ts';
import { drawNode } from './draw-node.ts';
import { drawSickLinks } from './draw-sick-links.ts';
import { drawTable } from './draw-table.ts';
import type { PaneName, Scene } from './scene.ts';

const panes: Readonly<Record<PaneName, typeof drawTable>> = {
  table: drawTable,
  heatmap: drawHeatmap,
  node: drawNode,
  'sick-links': drawSickLinks,
  events: drawEvents,
};

/** @param frame blank, of the size of the screen */
export function drawFrame(frame: CellBuffer, scene: Scene): void {
  const body = bodyOf(frame);
  panes[scene.view.pane](frame, body, scene);
  if (scene.view.help) drawHelp(frame, body, scene);
  // Last, so that nothing of a view that is too high is left in their rows.
  if (body.row === 0) return;
  frame.erase(0, 0, body.row, frame.columns);
  frame.erase(frame.rows - 1, 0, 1, frame.columns);
  drawHeader(frame, scene);
  drawChoices(frame, scene);
  drawFooter(frame, frame.rows - 1, scene);
}
