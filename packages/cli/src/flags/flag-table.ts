// The one description of a flag, from which parsing, --help, man page, completion and docs are made.

interface FlagBase {
  /** One letter, without the dash. */
  readonly char?: string;
  /** Other names that mean the same: long ones (`--groupbase`), and single letters. */
  readonly aliases?: readonly string[];
  /** One line, lower case, no final stop. */
  readonly summary: string;
  /** More, for the man page and docs. */
  readonly description?: string;
  /** Heading in --help: 'Nodes', 'Output', ... */
  readonly group: string;
  readonly exclusive?: readonly string[];
  readonly dependsOn?: readonly string[];
  /** An example command line that a test runs against the embedded lab. */
  readonly example?: string;
  readonly hidden?: boolean;
}

interface ValueFlagBase extends FlagBase {
  /** What stands for the value in help: `SET`, `N`, `DURATION`. */
  readonly value: string;
  /** What completion offers. */
  readonly complete?: 'nodes' | 'groups' | 'files' | 'folders' | readonly string[];
}

export interface SwitchFlag extends FlagBase {
  readonly kind: 'switch';
  /** What it is when not given; false. */
  readonly default?: boolean;
  /** `--no-NAME` is understood as well. */
  readonly negatable?: boolean;
}
/** How often it was given; `-v`, `-ll`. */
export interface CountFlag extends FlagBase {
  readonly kind: 'count';
}
export interface TextFlag extends ValueFlagBase {
  readonly kind: 'text';
  readonly default?: string;
  /** `''` is a value, as of a separator; else it is a slip: `--user=$UNSET`. */
  readonly mayBeEmpty?: boolean;
}
export interface ListFlag extends ValueFlagBase {
  readonly kind: 'list';
}
export interface NumberFlag extends ValueFlagBase {
  readonly kind: 'number';
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}
/** `10`, `10s`, `500ms`, `2m`, `1h`, `1d`; a bare number is seconds. The parsed value is milliseconds. */
export interface DurationFlag extends ValueFlagBase {
  readonly kind: 'duration';
  readonly defaultMs?: number;
  readonly minMs?: number;
}
export interface ChoiceFlag<Choice extends string = string> extends ValueFlagBase {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
  readonly default?: Choice;
}

export type Flag = SwitchFlag | CountFlag | TextFlag | ListFlag | NumberFlag | DurationFlag | ChoiceFlag;

/** Long name without dashes, in kebab-case, to its flag. */
export type FlagTable = Readonly<Record<string, Flag>>;

type ValueOf<F extends Flag> = F extends SwitchFlag
  ? boolean
  : F extends CountFlag
    ? number
    : F extends ListFlag
      ? readonly string[]
      : F extends TextFlag
        ? F extends { default: string }
          ? string
          : string | undefined
        : F extends NumberFlag
          ? F extends { default: number }
            ? number
            : number | undefined
          : F extends DurationFlag
            ? F extends { defaultMs: number }
              ? number
              : number | undefined
            : F extends ChoiceFlag<infer Choice>
              ? F extends { default: Choice }
                ? Choice
                : Choice | undefined
              : never;

/** Parsed flags: absent switches have their default (false), absent lists empty, absent counts 0, other absent values undefined. */
export type FlagValues<Table extends FlagTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

/** Keeps the literal types of a table (choices, defaults), so that its values are typed exactly. */
export function defineFlags<const Table extends FlagTable>(table: Table): Table {
  return table;
}
