import fc from 'fast-check';
import { InvalidMailboxName } from './errors.js';
import { assertMailboxName } from './mailbox-name.js';

const accepted = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-'];

describe('assertMailboxName', () => {
  it('accepts every name of 1 to 200 allowed characters', () => {
    const name = fc
      .array(fc.constantFrom(...accepted), { minLength: 1, maxLength: 200 })
      .map((parts) => parts.join(''));
    fc.assert(fc.property(name, (valid) => expect(() => assertMailboxName(valid)).not.toThrow()));
  });

  it('refuses a name with any other character, wherever it stands', () => {
    const other = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((char) => !accepted.includes(char));
    const part = fc.array(fc.constantFrom(...accepted), { maxLength: 20 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(part, other, part, (before, char, after) =>
        expect(() => assertMailboxName(before + char + after)).toThrow(InvalidMailboxName),
      ),
    );
  });

  it('refuses the empty name and one of 201 characters', () => {
    for (const name of ['', 'a'.repeat(201)]) expect(() => assertMailboxName(name)).toThrow(InvalidMailboxName);
  });
});
