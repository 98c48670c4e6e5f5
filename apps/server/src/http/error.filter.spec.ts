import { AbacoError } from '@abaco/contract';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR } from '../../test-support/records.js';

interface Answer {
  message: string;
}

class Failed extends AbacoError {
  constructor(readonly kind: AbacoError['kind']) {
    super('failed');
  }
}

const failing = (api: ApiApplication) => async (error: Error) => {
  api.queries.actor = () => Promise.reject(error);
  // past the check that answers are described: these errors are thrown where they never are
  const response = await api.app.inject({ url: `/actors/${ACTOR}/state` });
  return [response.statusCode, response.json<Answer>().message, response.headers['retry-after']];
};

describe('ErrorFilter', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());

  it.each([
    ['invalid', 400, undefined],
    ['not-found', 404, undefined],
    ['conflict', 409, undefined],
    ['too-large', 413, undefined],
    ['unprocessable', 422, undefined],
    ['too-many', 429, undefined],
    ['unavailable', 503, '5'],
  ] as const)('answers errors of kind %s with %i', async (kind, status, retryAfter) => {
    expect(await failing(api)(new Failed(kind))).toEqual([status, 'failed', retryAfter]);
  });

  it('answers 500 to unknown errors, with a line in the log', async () => {
    api.log.lines.length = 0;
    expect(await failing(api)(new RangeError('out'))).toEqual([
      500,
      'Unrecognized exception type: RangeError. Exception: out',
      undefined,
    ]);
    expect(api.log.lines[0]).toMatchObject({ level: 'error', message: 'Request failed: GET /actors/:actor_id/state' });
  });

  it('shows the stack of unknown errors when web.show_traceback says so', async () => {
    const traced = await ApiApplication.start({ web: { show_traceback: true } });
    expect((await failing(traced)(new RangeError('out')))[1]).toMatch(/Exception: out\nRangeError: out\n +at /);
    expect((await failing(traced)(new Failed('invalid')))[1]).toBe('failed');
    await traced.close();
  });
});
