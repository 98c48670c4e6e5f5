/** How a process of a test is started, beyond its program. */
export interface NodeStart {
  /** Of Node itself. */
  readonly nodeArguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** With the machine's clock and all of its memory. */
export const plainStart: NodeStart = { nodeArguments: [], environment: {} };

/** With at most so much memory for JavaScript objects, MiB: what is garbage is collected before that, and a process that keeps more ends. */
export const withHeap = (mebibytes: number): NodeStart => ({
  nodeArguments: [`--max-old-space-size=${mebibytes}`, '--max-semi-space-size=4'],
  environment: {},
});

/** All of them at once. */
export const together = (starts: readonly NodeStart[]): NodeStart => ({
  nodeArguments: starts.flatMap(({ nodeArguments }) => nodeArguments),
  environment: Object.assign({}, ...starts.map(({ environment }) => environment)) as NodeJS.ProcessEnv,
});
