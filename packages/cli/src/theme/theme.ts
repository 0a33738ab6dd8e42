// Names for what is coloured; which colours, and whether at all, is decided in one place (create-theme.ts).

type Style = (text: string) => string;

export interface Theme {
  readonly enabled: boolean;
  readonly node: Style;
  readonly good: Style;
  readonly bad: Style;
  readonly warning: Style;
  readonly dim: Style;
  readonly strong: Style;
  readonly added: Style;
  readonly removed: Style;
  /** One of a small set of colours, the same for the same node in every run. */
  readonly forNode: (node: string) => Style;
}
