import { testBySmc } from './by_smc.js';

testBySmc((name) => !name.startsWith('time/') && !name.startsWith('language/'));
