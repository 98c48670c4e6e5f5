/** Query parameters as Fastify gives them: an array when a name is repeated. */
export type QueryParameters = Readonly<Record<string, string | readonly string[]>>;
