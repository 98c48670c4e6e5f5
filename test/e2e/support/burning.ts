const COUNT = `
  count() {
    if [ -r /sys/fs/cgroup/cpuacct/cpuacct.usage ]; then read n < /sys/fs/cgroup/cpuacct/cpuacct.usage
    else while read name value; do [ $name = usage_usec ] && n=$((value * 1000)); done < /sys/fs/cgroup/cpu.stat; fi
  }`;

const until = (milliseconds: number): string => `
  count
  until [ $n -ge ${milliseconds * 1e6} ]; do
    i=0; while [ $i -lt 300 ]; do i=$((i + 1)); done
    count
  done`;

/** A shell script that uses CPU until the kernel has counted so many milliseconds for its container; prints nanoseconds. */
export const burning = (milliseconds: number): string => `${COUNT}${until(milliseconds)}
  echo $n`;

/** The same, a third of it at a time, with pauses of so many seconds between. */
export const burningWithPauses = (milliseconds: number, seconds: number): string => {
  const parts = [1, 2, 3].map((part) => until((milliseconds * part) / 3));
  return `${COUNT}${parts.join(`\n  sleep ${seconds}`)}\n  echo $n`;
};
