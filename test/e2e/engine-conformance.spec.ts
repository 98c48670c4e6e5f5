import { once } from 'node:events';
import {
  FunctionEngine,
  FunctionRegistry,
  RoutingEngine,
  type ContainerSpec,
  type FunctionContext,
} from '@abaco/engine';
import { EngineFixture } from './engine-fixture.js';
import { engineConformance, type Behaviour, type EngineHarness } from './support/engine-conformance.js';

const SCRIPTS: { [Kind in Behaviour['kind']]: (behaviour: Extract<Behaviour, { kind: Kind }>) => string } = {
  exit: ({ code }) => `echo out; exit ${code}`,
  echo: () => 'printf %s "$TEXT"',
  size: () => 'wc -c < /_abaco_binary_data',
  results: ({ words }) => `for word in ${words.join(' ')}; do echo -n $word | abaco-result; done`,
  polite: () => 'trap "echo bye; exit 0" TERM; echo begun; sleep 60 & wait',
  stubborn: () => 'trap "" TERM; echo begun; sleep 60',
};

async function withDocker(): Promise<EngineHarness> {
  const fixture = await EngineFixture.open();
  return {
    engine: fixture.engine,
    sandbox: await fixture.openSandbox(),
    spec: (behaviour, message, binaryData) => {
      const script = (SCRIPTS[behaviour.kind] as (behaviour: Behaviour) => string)(behaviour);
      const environment = { MSG: script, ...(message === undefined ? {} : { TEXT: message }) };
      return fixture.spec(script, { environment, ...(binaryData ? { binaryData } : {}) });
    },
    unknownImage: 'abaco/no-such-image',
    close: () => fixture.close(),
  };
}

const FUNCTIONS: { [Kind in Behaviour['kind']]: (context: FunctionContext) => unknown } = {
  exit: ({ log, environment }) => {
    log('out');
    if (environment['CODE'] === '1') throw new Error('it failed');
  },
  echo: ({ message, write }) => write(message.kind === 'text' ? message.text : ''),
  size: ({ message, log }) => log(message.kind === 'binary' ? message.data.length : -1),
  results: ({ environment, sendResult }) => environment['WORDS']?.split(' ').forEach(sendResult),
  polite: async ({ log, signal }) => {
    log('begun');
    await once(signal, 'abort');
    log('bye');
  },
  stubborn: ({ log }) => {
    log('begun');
    return new Promise(() => undefined);
  },
};

/** Behind the router, as the runtime has it, before an engine without containers. */
async function withFunctions(): Promise<EngineHarness> {
  const functions = new FunctionRegistry(FUNCTIONS);
  const inProcess = new FunctionEngine(functions);
  const engine = new RoutingEngine(new FunctionEngine(new FunctionRegistry()), inProcess, functions);
  const labels = { instance: 'test', tenant: 'TEST', actor: 'TEST_actor', worker: 'w0' };
  let count = 0;
  const spec = (behaviour: Behaviour, message?: string, binaryData?: Buffer): ContainerSpec => {
    const execution = `TEST_actor_e${++count}`;
    const environment = {
      ...(behaviour.kind === 'exit' ? { CODE: String(behaviour.code) } : {}),
      ...(behaviour.kind === 'results' ? { WORDS: behaviour.words.join(' ') } : {}),
    };
    return {
      image: `function:${behaviour.kind}`,
      labels: { ...labels, execution, attempt: 1 },
      environment,
      call: {
        tenant: 'TEST',
        actorId: 'actor',
        executionId: execution,
        message: binaryData ? undefined : { kind: 'text', text: message ?? '' },
        state: {},
        configs: new Map(),
        setState: () => Promise.resolve(),
      },
      ...(binaryData ? { binaryData } : {}),
    };
  };
  return {
    engine,
    sandbox: await engine.openSandbox({ labels, network: 'none', image: 'function:echo' }),
    spec,
    unknownImage: 'function:no-such-function',
    close: async () => {
      await engine.close();
      return [];
    },
  };
}

engineConformance('docker', withDocker);
engineConformance('function', withFunctions);
