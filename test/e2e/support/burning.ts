/** A shell script that uses CPU until the kernel has counted so many milliseconds for its container; prints nanoseconds. */
export const burning = (milliseconds: number): string => `
  count() {
    if [ -r /sys/fs/cgroup/cpuacct/cpuacct.usage ]; then read n < /sys/fs/cgroup/cpuacct/cpuacct.usage
    else while read name value; do [ $name = usage_usec ] && n=$((value * 1000)); done < /sys/fs/cgroup/cpu.stat; fi
  }
  count
  until [ $n -ge ${milliseconds * 1e6} ]; do
    i=0; while [ $i -lt 300 ]; do i=$((i + 1)); done
    count
  done
  echo $n`;
