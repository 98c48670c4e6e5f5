import type { ExecutionDbid } from '@abaco/contract';
import { ExecutionsUnderWay } from './executions-under-way.js';

describe('ExecutionsUnderWay', () => {
  const execution = 'DEV_a_e' as ExecutionDbid;

  it('lets one run have an execution, until it leaves', () => {
    const underWay = new ExecutionsUnderWay();
    const [first, second] = [{}, {}];
    expect(underWay.enter(execution, first)).toBe(true);
    expect(underWay.enter(execution, second)).toBe(false);
    underWay.leave(execution, first);
    expect(underWay.enter(execution, second)).toBe(true);
  });

  it('does not let a run that has left push out its successor', () => {
    const underWay = new ExecutionsUnderWay();
    const [first, second] = [{}, {}];
    underWay.enter(execution, first);
    underWay.leave(execution, first);
    underWay.enter(execution, second);
    underWay.leave(execution, first);
    expect(underWay.enter(execution, {})).toBe(false);
  });
});
