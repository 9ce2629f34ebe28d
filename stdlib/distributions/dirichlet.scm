/// Dirichlet distribution with `concentration`, all > 0. A value is a vector of probabilities that sum to 1. Support:
/// vectors of the same length, not negative, with sum 1. Density: the product of the xᵢ^(aᵢ - 1), times Γ(total) over
/// the product of the Γ(aᵢ), with a the concentration and total its sum. Drawn as independent gammas divided by their
/// sum, by their logarithms, so that tiny concentrations do not underflow. Mechanism: the same with each gamma the
/// quantile of a uniform; their sum is free (it is independent of the value). Mean concentration / total, variance
/// mean (1 - mean) / (total + 1). Example: `shares ~ dirichlet([1, 1, 2])`.
dist dirichlet(concentration: vector): vector {
  require min_of(concentration) > 0
  support(x) = len(x) == len(concentration) and is_simplex(x)
  draw = softmax([log(sample gamma(a + 1, 1)) - noise_exponential() / a for a in concentration])
  mechanism {
    let parts = [gamma_p_inverse(a, noise_uniform()) for a in concentration]
    let total = sum(parts)
    return [g / total for g in parts]
  }
  abduct(x) {
    let total = gamma_p_inverse(sum(concentration), noise_uniform())
    return [gamma_p(concentration[i], total * x[i]) for i in 0..len(x)]
  }
  logpdf(x) {
    if len(x) != len(concentration) or not is_simplex(x) {
      return -infinity
    }
    var total = lgamma(sum(concentration))
    for i in 0..len(x) {
      let a = concentration[i]
      if a != 1 {
        total = total + (a - 1) * log(x[i])
      }
      total = total - lgamma(a)
    }
    return total
  }
  moment_mean = [a / sum(concentration) for a in concentration]
  moment_variance {
    let total = sum(concentration)
    return [a / total * (1 - a / total) / (total + 1) for a in concentration]
  }
}
