/** Take credentials out of what is shown: those in addresses, and values that are called a token or the like. */
export function redact(text: string): string {
  return text
    .replaceAll(/(\/\/|^|\s)[^\s/@:]+:[^\s/@]+@/g, '$1***@')
    .replaceAll(/((?:token|password|secret)["']?\s*[=:]\s*["']?)[^\s"',}]+/gi, '$1***');
}
