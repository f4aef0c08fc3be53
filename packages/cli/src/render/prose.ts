/**
 * Join the lines of each paragraph: source lines are short, and help is wrapped to the width of the terminal. Lines that are
 * indented stay.
 */
export function prose(text: string): string {
  return text.replaceAll(/([^\n])\n(?=[^\n\s])/g, '$1 ');
}
