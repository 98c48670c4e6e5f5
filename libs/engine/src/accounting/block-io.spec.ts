import { blockIoV1, blockIoV2 } from './block-io.js';

describe('block I/O of a cgroup', () => {
  it('is the sum over all devices in version 1', () => {
    const text = ['8:0 Read 4096', '8:0 Write 1000', '8:0 Sync 5096', '8:0 Total 5096', '9:1 Read 4', 'Total 5100'];
    expect(blockIoV1(text.join('\n'))).toEqual({ readBytes: 4100, writtenBytes: 1000 });
    expect(blockIoV1('Total 0\n')).toEqual({ readBytes: 0, writtenBytes: 0 });
  });

  it('is the sum over all devices in version 2', () => {
    const text = '8:0 rbytes=4096 wbytes=7 rios=1 wios=1 dbytes=9 dios=0\n9:1 rbytes=4 wbytes=0 rios=1 wios=0\n';
    expect(blockIoV2(text)).toEqual({ readBytes: 4100, writtenBytes: 7 });
    expect(blockIoV2('')).toEqual({ readBytes: 0, writtenBytes: 0 });
  });
});
