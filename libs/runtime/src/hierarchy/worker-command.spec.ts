import fc from 'fast-check';
import { newId, type ActorDbid } from '@abaco/contract';
import { decodeCommand, encodeCommand, type WorkerCommand } from './worker-command.js';

const actor = fc.stringMatching(/^[A-Z]{1,9}$/).map((tenant) => `${tenant}_${newId()}` as ActorDbid);
const command: fc.Arbitrary<WorkerCommand> = fc.oneof(
  fc.record({ type: fc.constant('start' as const), actor, passes: fc.nat(), first: fc.boolean() }),
  fc.record({ type: fc.constant('ensure' as const), actor, passes: fc.nat(), count: fc.nat() }),
);

describe('commands to the hosts of a queue', () => {
  it('are read as they were written', () => {
    fc.assert(fc.property(command, (one) => expect(decodeCommand(encodeCommand(one))).toEqual(one)));
  });

  it('are nothing else: what another program puts into the channel is refused, and never throws', () => {
    const json = fc.json().map((text) => Buffer.from(text));
    const bytes = fc.uint8Array({ maxLength: 300, size: 'max' }).map((array) => Buffer.from(array));
    fc.assert(fc.property(fc.oneof(json, bytes), (body) => expect(decodeCommand(body)).toBeUndefined()));
  });

  it('need every field', () => {
    fc.assert(
      fc.property(command, fc.nat(), (one, which) => {
        const fields = Object.entries(one);
        fields.splice(which % fields.length, 1);
        expect(decodeCommand(Buffer.from(JSON.stringify(Object.fromEntries(fields))))).toBeUndefined();
      }),
    );
  });
});
