/** A part of a response that is JSON text already and is sent as it is, so that `1.0` and long integers survive. */
export class JsonSource {
  constructor(readonly text: string) {}
}

/** JSON of a response. {@link JsonSource} may stand among the members of the payload and of its `result`. */
export function stringifyResponse(payload: unknown): string {
  if (!isRecord(payload) || !isRecord(payload['result'])) return JSON.stringify(payload);
  if (!Object.values(payload['result']).some((member) => member instanceof JsonSource)) return JSON.stringify(payload);
  return membersOf({ ...payload, result: new JsonSource(membersOf(payload['result'])) });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function membersOf(record: Record<string, unknown>): string {
  const members = Object.entries(record)
    .map(([name, value]) => [name, value instanceof JsonSource ? value.text : JSON.stringify(value)] as const)
    .filter((member) => member[1] !== undefined);
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}
