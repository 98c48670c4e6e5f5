import { displayTime, displayTimeOrNone } from './display-time.js';
import { errorEnvelope, successEnvelope } from './envelope.js';
import { invalidFieldMessage } from './field-help.js';
import type { ActorId, ExecutionId } from './ids.js';
import { Links } from './links.js';

describe('responses', () => {
  it('have exactly the four keys of the envelope', () => {
    expect(successEnvelope('1.0', { id: 1 })).toEqual({
      message: 'The request was successful',
      status: 'success',
      version: '1.0',
      result: { id: 1 },
    });
    expect(errorEnvelope('1.0', 'No.')).toEqual({ message: 'No.', status: 'error', version: '1.0', result: null });
  });

  it('show times in ISO form with milliseconds, and "None" where a text is expected', () => {
    const time = new Date(Date.UTC(2020, 4, 1, 14, 45, 41, 0));
    expect(displayTime(time)).toBe('2020-05-01T14:45:41.000Z');
    expect(displayTime(null)).toBeNull();
    expect(displayTimeOrNone(null)).toBe('None');
    expect(displayTimeOrNone(time)).toBe('2020-05-01T14:45:41.000Z');
  });

  it('say which field is wrong, in the configured case', () => {
    expect(invalidFieldMessage('actor', 'image')).toBe(
      "Invalid actor description: {'image': 'Reference to image on docker hub for this actor.'}",
    );
    expect(invalidFieldMessage('actor', 'max_workers', 'camel')).toContain("{'maxWorkers': ");
    expect(invalidFieldMessage('permission', 'level')).toBe(
      `Invalid permissions description: {'level': "Level of the permission: ('NONE', 'READ', 'EXECUTE', 'UPDATE')"}`,
    );
  });

  it('link to the paths that a gateway publishes', () => {
    const links = new Links('https://api.example.org/');
    const actor = 'NolBaJ5y6714M' as ActorId;
    expect(links.actor(actor)).toBe('https://api.example.org/actors/v2/NolBaJ5y6714M');
    expect(links.logs(actor, 'JN0Boakk0VzKX' as ExecutionId)).toBe(
      'https://api.example.org/actors/v2/NolBaJ5y6714M/executions/JN0Boakk0VzKX/logs',
    );
    expect(links.profile('jdoe')).toBe('https://api.example.org/profiles/v2/jdoe');
    expect(new Links('http://h', { actors: '/v3/actors', profiles: '/p' }).messages(actor)).toBe(
      'http://h/v3/actors/NolBaJ5y6714M/messages',
    );
  });
});
