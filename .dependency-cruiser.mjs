const all = '^(sim|scenarios|invariants|explore|reports|api|cli|conformance|bench|docs)/';

/** `from` may import, within this repository, only what `to` matches; tests and what they share may import anything. */
function only(name, from, to, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from, pathNot: '[.]test[.]ts$|/testing/' },
    to: { path: all, pathNot: to },
  };
}

export default {
  forbidden: [
    only('kernel-knows-no-kafka', '^sim/kernel/', '^sim/kernel/', 'It runs any processes.'),
    only(
      'protocol-is-words',
      '^sim/protocol/',
      '^sim/(protocol|kernel)/|^sim/config-error[.]ts$',
      'Data and rules that need no process.',
    ),
    only(
      'processes-meet-by-message',
      '^sim/(broker|controller|client)/',
      '^sim/(kernel|protocol|switches|$1)/|^sim/(trace|group-facts|kernel-facts|transaction-facts|config-error|plan)[.]ts$',
      'A broker, controller or client knows the others by their messages only.',
    ),
    only('sim-knows-no-audience', '^sim/', '^sim/', 'It cannot tell who reads its trace.'),
    only(
      'scenarios-are-data',
      '^scenarios/',
      '^scenarios/|^sim/(plan|trace|config-error)[.]ts$|^sim/(kernel|protocol|switches)/',
      'A scenario says what to run, not how.',
    ),
    only(
      'invariants-observe',
      '^invariants/',
      '^invariants/|^sim/(trace|group-facts|kernel-facts|transaction-facts)[.]ts$|^sim/protocol/',
      'They judge what a run recorded.',
    ),
    only(
      'reports-render-results',
      '^reports/',
      '^reports/|^sim/(trace|group-facts|kernel-facts|transaction-facts|plan|fault-description)[.]ts$|^invariants/|^explore/',
      'A report made from a saved trace equals one made at once.',
    ),
    only(
      'explore-runs-many',
      '^explore/',
      '^(explore|scenarios|invariants|sim)/',
      'It prints nothing.',
    ),
    only(
      'api-joins-what-programs-use',
      '^api/',
      '^(api|explore|reports|scenarios|invariants|sim)/',
      'It does not touch the process.',
    ),
    only('examples-are-users', '^docs/', '^(docs/|api/index[.]ts$)', 'They take what is exported.'),
    only('conformance-asks-the-model', '^conformance/', '^(conformance|sim)/', 'The model alone.'),
    {
      name: 'only-types-of-the-trace',
      comment: 'Invariants and reports take no code from the simulator.',
      severity: 'error',
      from: { path: '^(invariants|reports)/', pathNot: '[.]test[.]ts$' },
      to: {
        path: '^sim/(trace|group-facts|kernel-facts|transaction-facts|plan)[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
};
