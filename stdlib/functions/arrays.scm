/// The whole numbers 0, 1, …, n - 1.
fn range(n: int) = [i for i in 0..n]

/// n zeros.
fn zeros(n: int): vector = fill(n, 0.0)

/// n ones.
fn ones(n: int): vector = fill(n, 1.0)

/// The elements from last to first.
fn reverse(xs) = [xs[len(xs) - 1 - i] for i in 0..len(xs)]

/// The elements of one array, then those of another.
fn concat(xs, ys) = [if i < len(xs) then xs[i] else ys[i - len(xs)] for i in 0..len(xs) + len(ys)]

/// The elements at positions from, …, to - 1.
fn slice(xs, from: int, to: int) = [xs[i] for i in from..to]
