import manifest from '../package.json' with { type: 'json' };

/** The version of this package, as in `package.json`; the bundler writes it into the built files. */
export const version: string = manifest.version;
