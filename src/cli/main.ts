import { Command } from 'commander';
import { version } from '../version.js';

new Command('whatif')
  .description('Ask "what do I see", "what if I do" and "what if I had done" of a model written as a program.')
  .version(version)
  .parse();
