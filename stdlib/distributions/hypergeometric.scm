/// Hypergeometric distribution: number of successes among `draws` drawn without putting back from a `population` in
/// which `successes` are successes; 0 ≤ draws, successes ≤ population. Support: max(0, draws + successes - population)
/// to min(draws, successes).
/// Mass: (successes over k) (population - successes over draws - k) / (population over draws). Drawn by rejection from
/// a hat that fits every log-concave mass (Devroye 1987): the time does not grow with the population. Mechanism: the
/// quantile of one uniform. Mean draws successes / population, variance mean (1 - successes / population) (population -
/// draws) / (population - 1).
/// Example: `marked ~ hypergeometric(population = 500, successes = 60, draws = 40)`.
dist hypergeometric(population: int, successes: int, draws: int): int {
  require population >= 0
  require successes >= 0 and successes <= population
  require draws >= 0 and draws <= population
  support(k) = k >= max(0, draws + successes - population) and k <= min(draws, successes)
  draw {
    let low = max(0, draws + successes - population)
    let high = min(draws, successes)
    if low == high {
      return low
    }
    let mode = floor((draws + 1) * ((successes + 1) / (population + 2)))
    let log_peak = log_hypergeometric_term(population, successes, draws, mode)
    let peak = exp(log_peak)
    let width = 1 + 0.5 * peak
    var k = mode
    var accepted = false
    while not accepted {
      let flat = noise_uniform() <= width / (1 + width)
      let distance = (if flat then width * noise_uniform() else width + noise_exponential()) / peak
      let offset = round(distance)
      k = if noise_uniform() < 0.5 then mode - offset else mode + offset
      let hat = min(0.0, width - peak * distance)
      let height =
        if k >= low and k <= high
          then log_hypergeometric_term(population, successes, draws, k) - log_peak
          else -infinity
      accepted = log(noise_uniform()) + hat <= height
    }
    return k
  }
  logpdf(k) = log_hypergeometric_term(population, successes, draws, k)
  cdf(k) {
    if k >= min(draws, successes) {
      return 1.0
    }
    let below = floor(k)
    return if below < draws * (successes / population)
      then exp(log_hypergeometric_below(population, successes, draws, below))
      else -expm1(log_hypergeometric_below(population, population - successes, draws, draws - below - 1))
  }
  survival(k) {
    if k >= min(draws, successes) {
      return 0.0
    }
    let below = floor(k)
    return if below < draws * (successes / population)
      then -expm1(log_hypergeometric_below(population, successes, draws, below))
      else exp(log_hypergeometric_below(population, population - successes, draws, draws - below - 1))
  }
  logcdf(k) {
    if k >= min(draws, successes) {
      return 0.0
    }
    let below = floor(k)
    return if below < draws * (successes / population)
      then log_hypergeometric_below(population, successes, draws, below)
      else log1m_exp(log_hypergeometric_below(population, population - successes, draws, draws - below - 1))
  }
  quantile(u) {
    let low = max(0, draws + successes - population)
    return quantile_by_bisection(hypergeometric(population, successes, draws), u, low, min(draws, successes))
  }
  moment_mean = if population == 0 then 0.0 else draws * (successes / population)
  moment_variance {
    if population < 2 {
      return 0.0
    }
    let share = successes / population
    return draws * share * (1 - share) * ((population - draws) / (population - 1))
  }
}
