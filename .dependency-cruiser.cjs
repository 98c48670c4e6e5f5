/**
 * The layers: apps → runtime → {mailbox, engine, store, secrets, access} → {actors, amqp, contract, config}.
 * libs/actors imports nothing of this project, and nothing of Nest: its Nest module is an entry of its own, libs/actors/nest, that
 * imports the framework's index. libs/embedded is imported by apps and tests alone.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const lib = (...names) => `^libs/(${names.join('|')})/`;
const layer = (name, allowed) => ({
  name: `layer-${name}`,
  comment: `libs/${name} may import only: ${allowed.join(', ') || 'nothing of this project'}`,
  severity: 'error',
  from: { path: lib(name) },
  to: { path: '^(libs|apps|examples|test)/', pathNot: lib(name, ...allowed) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'index-only',
      comment: 'What a library does not export from its index is private.',
      severity: 'error',
      from: { path: '^(apps|examples|libs|test)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/(nest/)?src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
    layer('actors', []),
    {
      name: 'actors-without-nest',
      comment: 'The actor framework is usable without Nest.',
      severity: 'error',
      from: { path: '^libs/actors/src/' },
      to: { path: '^libs/actors/nest/|node_modules/@nestjs/' },
    },
    {
      name: 'layer-actors-nest',
      comment: 'libs/actors/nest may import only: the index of libs/actors',
      severity: 'error',
      from: { path: '^libs/actors/nest/' },
      to: { path: '^(libs|apps|test)/', pathNot: '^libs/actors/(nest/|src/index\\.ts$)' },
    },
    {
      name: 'actors-nest-on-nest-only',
      comment: 'libs/actors/nest needs no package but those of Nest.',
      severity: 'error',
      from: { path: '^libs/actors/nest/', pathNot: '\\.spec\\.ts$' },
      to: { path: 'node_modules/', pathNot: 'node_modules/@nestjs/' },
    },
    layer('amqp', []),
    layer('contract', []),
    layer('config', ['contract']),
    layer('store', ['actors', 'contract', 'config']),
    layer('mailbox', ['amqp', 'actors', 'contract', 'config']),
    layer('engine', ['actors', 'contract', 'config']),
    layer('access', ['actors', 'contract', 'config']),
    layer('secrets', ['contract', 'config']),
    layer('embedded', ['amqp', 'actors', 'contract', 'config']),
    layer('runtime', ['mailbox', 'engine', 'store', 'secrets', 'access', 'actors', 'contract', 'config']),
    {
      name: 'nact-in-actors-only',
      severity: 'error',
      from: { pathNot: '^libs/actors/src/|^test/bench/' },
      to: { path: 'node_modules/nact/' },
    },
    {
      name: 'no-tests-in-production',
      severity: 'error',
      from: { path: '^(apps|examples|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '\\.spec\\.ts$|^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
