import { error, warning } from './entry.js';

/** What is found after the checks: while a question is compiled, and in what its run gave. */
export const compileCodes = {
  E0490: error(
    'cannot be compiled',
    'The program passed the checks but a part of it has no meaning that can be run; the message says which.',
  ),
  E0491: error(
    'evidence that nothing can explain',
    'An equality on a computed continuous value needs one noise that can be solved for. Write the noise out so that the value is invertible in it, or ask for approximate equality with `~=` and a likelihood-free method.',
  ),
  E0492: error(
    'no method for this question',
    'The question is part of the language, but no method of this version answers it; the message names what is missing.',
  ),
  E0493: error(
    'no shared noise',
    'Another world needs the noise of a draw whose family has no mechanism: neither a draw that is monotone in one noise, nor a quantile with a cdf, nor an `abduct` of its own.',
  ),
  E0610: error(
    'no run agrees with the evidence',
    'All weights are zero: no run of the model gives what was observed. Check the evidence, or ask for approximate equality with `~=`, or for more samples.',
  ),
  E0611: error(
    'node missing in some runs',
    'The question asks for the value of a node that some runs do not have. Put `exists(node)` among the evidence.',
  ),
  E0612: error('sampling stopped early', 'The run was stopped before it had any draw to answer from.'),
  E0690: error(
    'worker thread ended',
    'A worker thread ended before its job was done, and another one did too with the same job. Most often there was not enough memory: try `--workers 1`, or fewer draws.',
  ),
  E0613: error(
    'weights without a bound',
    'Rejection sampling keeps a run with the probability of its weight over the greatest weight there can be. That is known of conditions, of the mass of discrete values, and of densities whose own text bounds them whatever their parameters are (a normal with a constant standard deviation). Elsewhere ask by `importance`, `smc` or `mh`.',
  ),
  E0614: error(
    'no correlation with a constant',
    'A correlation is a covariance over two standard deviations, and one of them is 0: all runs that agree with the evidence give the target the same value. Ask for the covariance, which is 0.',
  ),
  W0601: warning(
    'heavy-tailed weights',
    'The Pareto k-hat of the weights is above 0.7: a few draws dominate, and the standard error can be far too small. More samples rarely help; a method that follows the data (SMC, MCMC) does. Beside `~=` no such method answers: there compare by `~=` what is seen by `=`.',
  ),
  W0602: warning(
    'few effective draws',
    'The effective sample size is under 100: the estimate and its standard error are rough.',
  ),
  W0603: warning(
    'unaligned draws',
    'Some draws of another world have no partner in the world seen (its control flow went another way); they got fresh noise.',
  ),
  W0604: warning(
    'depends on the mechanism',
    'The answer depends on how draws turn noise into values, and not only on their distributions. Data alone cannot tell; write the noise out where another mechanism is meant. Where draws are discrete and few, the bounds of the answer say where it lies over all mechanisms with the same distributions.',
  ),
  W0606: warning(
    'partial result',
    'A limit or an interruption ended the run early; the answer is from the draws made until then.',
  ),
  W0605: warning(
    'budget spent',
    'The budget of steps, or of simulations, was spent before the standard error fell under 1 % of the standard deviation, or before there were as many draws as were asked for.',
  ),
  W0609: warning(
    'nested estimate',
    'An entropy or mutual information was estimated by densities that are estimates themselves: beside its standard error it has a bias, which falls with the number of inner draws.',
  ),
  W0640: warning(
    'few ancestors',
    'Resampling has left few different values of a quantity that was drawn early: nearly all particles descend from the same ones. What is asked of later steps is not touched by it. Use more particles, rejuvenation, or a method made for paths and parameters (`particle_gibbs`, `pmmh`).',
  ),
  W0621: warning(
    'chains have not mixed',
    'R-hat (rank-normalised, split and folded) is above 1.01: the chains give different answers, and none can be trusted. Run them longer; if that does not help, the posterior has parts that a chain does not leave.',
  ),
  W0622: warning(
    'slow chains',
    'The bulk effective sample size is under 100 a chain: draws that follow each other are so alike that few of them count. Ask for more samples, or a longer warm-up, in which steps are learned.',
  ),
  W0623: warning(
    'few proposals accepted',
    'Less than 2 % of the proposals of a Markov chain were accepted: it stands still for long. Use smaller first steps, a longer warm-up, or more samples.',
  ),
  W0624: warning(
    'few simulations accepted',
    'Less than one simulation in 10,000 was accepted. For approximate evidence use `abc_smc`, which moves towards the data step by step, fewer summaries, or a wider tolerance; for exact evidence a method whose draws follow the data, `smc` or `mh`.',
  ),
  W0625: warning(
    'evidence hardly known',
    'The standard error of the log evidence is above 0.5: replicas of the filter, or scramblings of points of Sobol, disagree about the evidence, and those with the greatest one weigh nearly everything. Use more particles, or more samples.',
  ),
  W0626: warning(
    'a single replica',
    'Draws that resampling made depend on each other, and their errors are measured between independent replicas. With a single one there is no standard error; ask for 4 or more.',
  ),
  W0627: warning(
    'rough tails',
    'The effective sample size of the 5 % or 95 % quantile is under 100 a chain: quantiles far out are rough. Ask for more samples.',
  ),
  W0628: warning(
    'particles died out',
    'In some replicas of a particle filter no particle agreed with the evidence at a line. They count as weight zero, so that the evidence stays unbiased, but the answer hangs on few replicas. Use more particles, or let particles be tried again (`smc(alive = true)`).',
  ),
  W0629: warning(
    'no alive filter',
    'Particles can only be tried again where no worlds share noise; the plain particle filter ran instead.',
  ),
  W0631: warning(
    'not tempered',
    'Tempering moves every draw of a run by its noise, which takes draws outside of random control flow and loops that no worlds share; the plain particle filter ran instead.',
  ),
  W0635: warning(
    'no moves',
    'Rejuvenation moves parameters: draws outside of loops that every round of a loop that weighs reads, where no worlds share noise. There were none, or the alive filter was asked for, so particles were not moved; `mh` and `particle_gibbs` move what such a model has.',
  ),
  W0636: warning(
    'epsilon not reached',
    'A run of `abc_smc` ended before a generation came as near to what was seen as `epsilon` asks: its simulations, generations or time were spent, too few simulations were accepted, or no run came nearer. The answer is that of the distance which the message names, a wider one. Let the run go on, or ask for a greater epsilon; where no run comes nearer, the model may not be able to give what was seen.',
  ),
  W0637: warning(
    'few simulations with a distance',
    'The closest share of the simulations was asked for, and fewer of them than that have a finite distance from what was seen: summaries that are no numbers or infinite have none, and neither have vectors of another length, but by a distance of samples. All that have one were kept, the farthest too, so the answer may be far from the posterior. Keep a smaller share of more simulations.',
  ),
  W0638: warning(
    'evidence not met',
    'No run of the model gave what was observed, so the evidence is estimated as 0. It is either that, or too small to be met in so many runs: the message names their number.',
  ),
  W0630: warning(
    'never resampled',
    'Particles can only be compared where all of them come by equally often, and every score of the model stands in random control flow or in recursion: the answer is that of importance sampling. Write `resample` where the particles of all runs have done about the same.',
  ),
  W0608: warning(
    'choice not sure',
    'The best candidate leads the next one by less than two standard errors of their difference, so that another seed may choose another; or several candidates have the same score.',
  ),
  W0607: warning(
    'mass left out',
    'An exact answer had to cut an infinite support or an endless loop; the answer is off by at most the probability that is named.',
  ),
} as const;
