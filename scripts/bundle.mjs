// Joins what is built into what is installed and run: a thousand modules take twice the time to load, in
// each command and in each thread of a sweep. Types are in `dist`, module by module.
import { chmodSync } from 'node:fs';
import { rolldown } from 'rolldown';

const bundle = await rolldown({
  input: {
    main: 'dist/cli/main.js',
    worker: 'dist/explore/worker.js',
    index: 'dist/api/index.js',
    bench: 'dist/bench/main.js',
  },
  platform: 'node',
  external: /^[^./]/u,
});
// All in one folder: the pool of threads looks for its worker beside itself.
await bundle.write({ dir: 'dist/bundle', cleanDir: true, chunkFileNames: '[name].js' });
chmodSync('dist/bundle/main.js', 0o755);
