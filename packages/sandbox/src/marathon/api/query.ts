/** What stands behind the question mark, as fastify parses it. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Java's idea of a boolean: `true` in whatever case; some clients say `True`. */
export function isOn(query: Query, name: string, otherwise = false): boolean {
  const said = first(query, name);
  return said === undefined ? otherwise : said.toLowerCase() === 'true';
}

export function first(query: Query, name: string): string | undefined {
  return all(query, name)[0];
}

/** Every value of a parameter, also when it is written as PHP would: `status[]=running`. */
export function all(query: Query, name: string): readonly string[] {
  return [query[name], query[`${name}[]`]].flatMap((said) => said ?? []);
}
