import fc from 'fast-check';

// The same cases every time, so that a change and nothing else turns a test red. `npm run test:long` looks for new ones: its seeds are random.
if (process.env.WHATIF_LONG !== '1') fc.configureGlobal({ seed: 20_261_122 });
