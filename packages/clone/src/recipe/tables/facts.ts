// The shape of the facts about kickstart commands. The tables beside this file hold the facts; nothing here knows a command.
import type { Span } from '../syntax.ts';

/** What an option takes: nothing, or a value of some grammar. */
type Takes =
  | 'nothing'
  | 'text'
  /** As Python's `int()` reads it. */
  | 'integer'
  /** Parts joined by commas. */
  | 'list'
  /** on, yes, true, 1 or off, no, false, 0. */
  | 'boolean';

/** One option of a command. */
export interface OptionFacts {
  readonly takes: Takes;
  /** The value may be left out. */
  readonly optionalValue?: true;
  readonly oneOf?: readonly string[];
  /** `oneOf` in any case. */
  readonly anyCase?: true;
  readonly required?: true;
  /** Each time it is given, the value must not be empty. */
  readonly filled?: true;
  readonly in?: Span;
  /** Accepted, with a warning, and without effect. */
  readonly deprecated?: Span;
  /** The name that the parser calls the same option by. */
  readonly sameAs?: string;
}

/** One name in a rule: an option, or one of the two below. */
export type Operand = '<operand>' | '<members>';
/** The first word that belongs to no option. */
export const OPERAND: Operand = '<operand>';
/** Whether there are words after the first. */
export const MEMBERS: Operand = '<members>';

/** What must hold between the options of one line. An option counts as given when its value is neither empty nor 0. */
export type Rule = {
  readonly in?: Span;
  /** The rule holds only where this option is given and its value matches. */
  readonly when?: { readonly option: string; readonly is: RegExp };
  /** Said to the user instead of the sentence made from the rule. */
  readonly why?: string;
} & (
  | { readonly rule: 'exactly-one'; readonly of: readonly string[] }
  | { readonly rule: 'at-least-one'; readonly of: readonly string[] }
  | { readonly rule: 'at-most-one'; readonly of: readonly string[] }
  | { readonly rule: 'some-argument' }
  | {
      readonly rule: 'excludes';
      readonly given: readonly string[];
      readonly not: readonly string[];
      readonly unless?: string;
    }
  | { readonly rule: 'needs'; readonly given: readonly string[]; readonly all: readonly string[] }
  | { readonly rule: 'matches'; readonly option: string; readonly pattern: RegExp; readonly form: string }
  | { readonly rule: 'never'; readonly option: string; readonly pattern: RegExp }
  | { readonly rule: 'range'; readonly option: string; readonly min: number; readonly max: number }
);

/** What becomes of a command when an image is laid down instead of packages installed. */
export type InImage =
  | { readonly kind: 'honoured' }
  | { readonly kind: 'no-effect'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string; readonly advice: string };

/** The words of a command that belong to no option. */
interface OperandFacts {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly oneOf?: readonly string[];
  /** They must follow one another, with no option between. */
  readonly together?: true;
  /** None begins with a dash. */
  readonly noDash?: true;
}

/** How the rest of a line is read. */
type Arguments =
  /** Options and operands. */
  | 'options'
  /** Anything; the reference parser hands the line on unread. */
  | 'anything'
  /** The sub-command and options of realm(8). */
  | 'realm';

/** One command. */
export interface CommandFacts {
  /** What it does, in a few words. */
  readonly about: string;
  readonly in?: Span;
  /** Accepted with a warning; its arguments are not read. */
  readonly deprecated?: Span;
  /** Still known, always an error. */
  readonly removed?: Span;
  /** Accepted and honoured, with a warning that another command takes its place. */
  readonly superseded?: { readonly in: Span; readonly by: string };
  readonly arguments?: Arguments;
  readonly operands?: OperandFacts;
  /** Unknown options count as operands, but not as the first. */
  readonly looseOptions?: true;
  readonly options?: Readonly<Record<string, OptionFacts | readonly OptionFacts[]>>;
  readonly rules?: readonly Rule[];
  /** Commands that must not stand before this one. */
  readonly conflicts?: readonly { readonly with: readonly string[]; readonly in?: Span }[];
  /** A second line with the same values of these is remarked; `except` names a first operand that may come again. */
  readonly unique?: {
    readonly by: readonly string[];
    readonly severity: 'warning' | 'error';
    readonly except?: string;
  };
  /** Options whose value stays from one line to the next of the same command. */
  readonly lasting?: readonly string[];
  readonly inImage: InImage;
}

/** Commands by name. */
export type CommandTable = Readonly<Record<string, CommandFacts>>;

export const flag: OptionFacts = { takes: 'nothing' };
export const text: OptionFacts = { takes: 'text' };
export const integer: OptionFacts = { takes: 'integer' };
export const list: OptionFacts = { takes: 'list' };
export const boolean: OptionFacts = { takes: 'boolean' };
export const requiredText: OptionFacts = { takes: 'text', required: true };
export const honoured: InImage = { kind: 'honoured' };
