// What is on the screen over time: the view that keys change, the scene that frames are drawn from, and the moment that
// is kept while the view is paused.
import type { ClusterState } from '../live/cluster-state.ts';
import type { Key } from '../screen/key-decoder.ts';
import type { ScreenSize } from '../screen/screen.ts';
import type { Finding } from '../sick-links/finding.ts';
import { freeze } from '../view/freeze.ts';
import type { Glyphs } from '../view/glyphs.ts';
import type { Grouping } from '../view/grouping.ts';
import { pressKey, type Wish } from '../view/press-key.ts';
import type { Filter, Playback, Scene, ViewState } from '../view/scene.ts';

export interface TopViewOptions {
  readonly title: string;
  readonly cluster: ClusterState;
  /** Asked for while the sick links are looked at. */
  readonly findings: () => readonly Finding[];
  readonly groupings: readonly Grouping[];
  readonly glyphs: Glyphs;
  readonly view: ViewState;
  /** Wall clock in ms: the head's, or that of a recording. */
  readonly now: () => number;
  /** Of a recording: while it is paused its time stands still, and the view need not be kept. */
  readonly playback?: () => Playback;
}

/** The ranking goes over the samples of all nodes. */
const findingsMs = 1000;

export class TopView {
  readonly #options: TopViewOptions;
  #view: ViewState;
  #frozen: Scene | undefined;
  #findings: readonly Finding[] = [];
  #foundMs = Number.NEGATIVE_INFINITY;

  constructor(options: TopViewOptions) {
    this.#options = options;
    this.#view = options.view;
  }

  get paused(): boolean {
    return this.#view.paused;
  }

  /** A moment is kept: what is told meanwhile does not show. */
  get frozen(): boolean {
    return this.#frozen !== undefined;
  }

  get filterText(): string {
    return this.#view.filter.text;
  }

  scene(): Scene {
    if (this.#frozen !== undefined) return { ...this.#frozen, view: this.#view };
    const { title, cluster, groupings, glyphs, now, playback } = this.#options;
    const nowMs = now();
    return {
      title,
      nodes: cluster.nodes,
      events: cluster.events,
      intervalMs: cluster.intervalMs,
      groupings,
      findings: this.#findingsAt(nowMs),
      view: this.#view,
      nowMs,
      glyphs,
      playback: playback?.() ?? null,
    };
  }

  press(key: Key, size: ScreenSize): Wish | null {
    const { view, wish } = pressKey(this.scene(), size, key);
    this.#view = view;
    const keeps = view.paused && this.#options.playback === undefined;
    if (keeps && this.#frozen === undefined) this.#frozen = freeze(this.#withFindings());
    if (!view.paused) this.#frozen = undefined;
    return wish;
  }

  /** What the node set of a filter turned out to be, unless another one has been typed meanwhile. */
  filtered(filter: Filter): void {
    if (filter.text === this.#view.filter.text) this.#view = { ...this.#view, filter };
  }

  /** The sick links can be looked at while the view is paused. */
  #withFindings(): Scene {
    return { ...this.scene(), findings: this.#options.findings() };
  }

  #findingsAt(nowMs: number): readonly Finding[] {
    if (this.#view.pane !== 'sick-links') return this.#findings;
    // A recording may be played backwards.
    if (Math.abs(nowMs - this.#foundMs) < findingsMs) return this.#findings;
    this.#foundMs = nowMs;
    this.#findings = this.#options.findings();
    return this.#findings;
  }
}
