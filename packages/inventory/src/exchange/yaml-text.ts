// A text as a YAML scalar: plain where nobody could read it as something else, else in double quotes.

const PLAIN = /^[A-Za-z_][A-Za-z0-9_./[\],-]*$/;
const READ_AS_OTHERS = /^(true|false|yes|no|on|off|null|y|n)$/i;

/** @param place `flow` inside `{ }`, where brackets and commas need quotes too */
export function yamlText(text: string, place: 'block' | 'flow' = 'block'): string {
  const isPlain =
    PLAIN.test(text) && !READ_AS_OTHERS.test(text) && !(place === 'flow' && /[[\],]/.test(text));
  // JSON strings are YAML double-quoted scalars (YAML 1.2, section 1.3).
  return isPlain ? text : JSON.stringify(text);
}
