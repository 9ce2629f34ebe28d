/// The columns x of L x = b for the columns b of a matrix and a lower triangular L.
fn solve_lower_columns(lower: matrix, b: matrix): matrix {
  return transpose([solve_lower(lower, column) for column in transpose(b)])
}

/// A draw of Bartlett's (1933) lower triangular factor of a Wishart matrix with unit scale: normals below the diagonal,
/// on it the root of a chi-squared value with df - i degrees of freedom in row i, counted from 0.
fn bartlett(df: real, p: int): matrix {
  var rows = fill(p, zeros(p))
  for i in 0..p {
    var row = zeros(p)
    for j in 0..i {
      row[j] = noise_normal()
    }
    row[i] = sqrt(2 * sample gamma(0.5 * (df - i), 1))
    rows[i] = row
  }
  return rows
}

/// The noise, in the order in which `bartlett` asks for it, that gives the factor `a`; the mechanism of the gammas is the
/// quantile of a uniform.
fn bartlett_noise(df: real, a: matrix): vector {
  var noise = zeros(0)
  for i in 0..len(a) {
    for j in 0..i {
      noise = append(noise, a[i, j])
    }
    noise = append(noise, gamma_p(0.5 * (df - i), 0.5 * a[i, i]^2))
  }
  return noise
}

/// log density of `bartlett` at a, over its elements on and below the diagonal.
fn log_bartlett_density(df: real, a: matrix): real {
  var total = 0.0
  for i in 0..len(a) {
    for j in 0..i {
      total = total - 0.5 * a[i, j]^2 - 0.9189385332046727
    }
    total = total + log((df - i) / a[i, i]) + log_poisson_term(0.5 * (df - i), 0.5 * a[i, i]^2)
  }
  return total
}

/// The factor `a` of Bartlett for which x = L (a aᵀ)⁻¹ Lᵀ.
fn inverse_bartlett(lower: matrix, x: matrix): matrix {
  let root = solve_lower_columns(lower, cholesky(x))
  let inverted = solve_lower_columns(root, identity(len(x)))
  return cholesky(matmul(transpose(inverted), inverted))
}
