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
// npx links a checkout once and for all: links that were made when `bin` was the module go on to name it.
for (const command of ['dist/bundle/main.js', 'dist/cli/main.js']) chmodSync(command, 0o755);
