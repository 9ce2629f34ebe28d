import { testBySmc } from './by_smc.js';

testBySmc((name) => !/^(time|language|likelihood_free)\//.test(name));
