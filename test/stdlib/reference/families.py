"""Writes families.json: log density, distribution function, survival function and quantile of the library's scalar families,
from their textbook formulas in mpmath at 60 digits. Nothing of the library is used. Run: python3 families.py (mpmath 1.3)."""
import json
from pathlib import Path
from mpmath import mp, mpf, exp, log, sqrt, pi, erf, erfc, loggamma, atan2, expm1, log1p, inf, quad, besseli, cos, sinh, tan, acos

mp.dps = 60


class Family:
    """A family at parameters: `cdf` and `sf` at x, `pdf` as a logarithm, and how to search for x."""

    def __init__(self, text, kind, logpdf, cdf, sf, whole=False, low=None, high=None):
        self.text, self.kind, self.logpdf, self.cdf, self.sf, self.whole = text, kind, logpdf, cdf, sf, whole
        self.low, self.high = low, high


def log_poisson(k, mean):
    return k * log(mean) - mean - loggamma(k + 1)


def gamma_tails(a, x):
    """P(a, x) and Q(a, x)."""
    if x <= 0:
        return mpf(0), mpf(1)
    lead = exp(log_poisson(a, x))
    eps = mpf(10) ** (-mp.dps - 3)
    if x < a + 1:
        total = term = mpf(1)
        n = a
        while term > eps * total:
            n += 1
            term *= x / n
            total += term
        p = lead * total
        return p, 1 - p
    b = x + 1 - a
    c, d = mpf(10) ** 300, 1 / b
    h, n = d, 0
    while True:
        n += 1
        numerator = n * (a - n)
        b += 2
        d = 1 / (b + numerator * d)
        c = b + numerator / c
        h *= c * d
        if abs(c * d - 1) < eps:
            break
    q = lead * a * h
    return 1 - q, q


def log_beta_fn(a, b):
    return loggamma(a) + loggamma(b) - loggamma(a + b)


def beta_tails(a, b, x, y):
    """I_x(a, b) and its complement, with y = 1 - x."""
    if x <= 0:
        return mpf(0), mpf(1)
    if y <= 0:
        return mpf(1), mpf(0)
    if x > (a + 1) / (a + b + 2):
        q, p = beta_tails(b, a, y, x)
        return p, q
    eps = mpf(10) ** (-mp.dps - 3)
    c, d = mpf(1), 1 / (1 - (a + b) * x / (a + 1))
    h, m = d, 0
    while True:
        m += 1
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + even * d)
        c = 1 + even / c
        h *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + odd * d)
        c = 1 + odd / c
        h *= d * c
        if abs(d * c - 1) < eps:
            break
    p = exp(a * log(x) + b * log(y) - log_beta_fn(a, b)) / a * h
    return p, 1 - p


def phi(z):
    return erfc(-z / sqrt(mpf(2))) / 2


def normal(m, s):
    m, s = mpf(m), mpf(s)
    return (lambda x: -((x - m) / s) ** 2 / 2 - log(s) - log(2 * pi) / 2, lambda x: phi((x - m) / s), lambda x: phi((m - x) / s))


def gamma(a, rate):
    a, rate = mpf(a), mpf(rate)
    return (
        lambda x: a * log(rate) + (a - 1) * log(x) - rate * x - loggamma(a),
        lambda x: gamma_tails(a, rate * x)[0],
        lambda x: gamma_tails(a, rate * x)[1],
    )


def inverse_gamma(a, scale):
    a, scale = mpf(a), mpf(scale)
    return (
        lambda x: a * log(scale) - (a + 1) * log(x) - scale / x - loggamma(a),
        lambda x: gamma_tails(a, scale / x)[1],
        lambda x: gamma_tails(a, scale / x)[0],
    )


def beta(a, b):
    a, b = mpf(a), mpf(b)
    return (
        lambda x: (a - 1) * log(x) + (b - 1) * log(1 - x) - log_beta_fn(a, b),
        lambda x: beta_tails(a, b, x, 1 - x)[0],
        lambda x: beta_tails(a, b, x, 1 - x)[1],
    )


def student_t(df, m, s):
    df, m, s = mpf(df), mpf(m), mpf(s)

    def tail(z):
        if z < 0:
            return 1 - tail(-z)
        return beta_tails(df / 2, mpf(1) / 2, df / (df + z * z), z * z / (df + z * z))[0] / 2

    return (
        lambda x: -(df + 1) / 2 * log(1 + ((x - m) / s) ** 2 / df) - log_beta_fn(mpf(1) / 2, df / 2) - log(df) / 2 - log(s),
        lambda x: tail((m - x) / s),
        lambda x: tail((x - m) / s),
    )


def von_mises(m, k):
    m, k = mpf(m), mpf(k)
    total = 2 * pi * besseli(0, k) * exp(-k)

    def tail(y):
        if y >= pi:
            return mpf(0)
        if y < 0:
            return 1 - tail(-y)
        far = 1 - cos(y) + mpf(70) / k if k > 0 else mpf(2)
        reach = pi if far >= 2 else acos(1 - far)
        marks = [y + (reach - y) * i / 12 for i in range(13)]
        # quad judges its error absolutely, so the integrand is kept near 1
        return exp(k * (cos(y) - 1)) * quad(lambda t: exp(k * (cos(t) - cos(y))), marks) / total

    return (lambda x: k * (cos(x - m) - 1) - log(total), lambda x: tail(m - x), lambda x: tail(x - m))


def log_choose(n, k):
    return loggamma(mpf(n) + 1) - loggamma(mpf(k) + 1) - loggamma(mpf(n) - k + 1)


def binomial(n, p):
    p = mpf(p)
    return (
        lambda k: log_choose(n, k) + k * log(p) + (n - k) * log1p(-p),
        lambda k: beta_tails(mpf(n - k), mpf(k + 1), 1 - p, p)[0] if k < n else mpf(1),
        lambda k: beta_tails(mpf(k + 1), mpf(n - k), p, 1 - p)[0] if k < n else mpf(0),
    )


def poisson(mean):
    mean = mpf(mean)
    return (
        lambda k: log_poisson(mpf(k), mean),
        lambda k: gamma_tails(mpf(k + 1), mean)[1],
        lambda k: gamma_tails(mpf(k + 1), mean)[0],
    )


def negative_binomial(n, p, q):
    return (
        lambda k: loggamma(n + k) - loggamma(n) - loggamma(mpf(k) + 1) + n * log(p) + k * log(q),
        lambda k: beta_tails(n, mpf(k + 1), p, q)[0],
        lambda k: beta_tails(mpf(k + 1), n, q, p)[0],
    )


def by_sums(mass, low, high, mean):
    """Tails of an integer family by adding up masses from the end of the smaller side."""

    def added(k, step, end):
        total = mpf(0)
        while (k - end) * step <= 0:
            term = exp(mass(k))
            total += term
            if term < total * mpf(10) ** (-50):
                break
            k += step
        return total

    def cdf(k):
        return mpf(1) if k >= high else added(k, -1, low) if k < mean else 1 - added(k + 1, 1, high)

    def sf(k):
        return mpf(0) if k >= high else 1 - added(k, -1, low) if k < mean else added(k + 1, 1, high)

    return mass, cdf, sf


def beta_binomial(n, a, b):
    a, b = mpf(a), mpf(b)
    return by_sums(lambda k: log_choose(n, k) + log_beta_fn(k + a, n - k + b) - log_beta_fn(a, b), 0, n, n * a / (a + b))


def hypergeometric(population, successes, draws):
    return by_sums(
        lambda k: log_choose(successes, k) + log_choose(population - successes, draws - k) - log_choose(population, draws),
        max(0, draws + successes - population),
        min(draws, successes),
        mpf(draws) * successes / population,
    )


def positive(cdf):
    return lambda x: cdf(x) if x > 0 else mpf(0)


families = []


def add(text, kind, functions, **rest):
    families.append(Family(text, kind, *functions, **rest))


def number(x):
    return repr(x)


def plain(name, *args, kind='line', of=None, **rest):
    add(f"{name}({', '.join(number(a) for a in args)})", kind, (of or globals()[name])(*args), **rest)


def weibull(a, s):
    a, s = mpf(a), mpf(s)
    return (
        lambda x: log(a / s) + (a - 1) * log(x / s) - (x / s) ** a,
        lambda x: -expm1(-((x / s) ** a)),
        lambda x: exp(-((x / s) ** a)),
    )


def pareto(a, s):
    a, s = mpf(a), mpf(s)
    return (
        lambda x: log(a / s) - (a + 1) * log(x / s),
        lambda x: -expm1(-a * log(x / s)),
        lambda x: exp(-a * log(x / s)),
    )


def gumbel(m, s):
    m, s = mpf(m), mpf(s)
    return (
        lambda x: -log(s) - (x - m) / s - exp(-(x - m) / s),
        lambda x: exp(-exp((m - x) / s)) if m - x < 1000 * s else mpf(0),
        lambda x: -expm1(-exp((m - x) / s)) if m - x < 1000 * s else mpf(1),
    )


def laplace(m, s):
    m, s = mpf(m), mpf(s)
    tail = lambda z: exp(-z) / 2 if z > 0 else 1 - exp(z) / 2
    return (lambda x: -log(2 * s) - abs(x - m) / s, lambda x: tail((m - x) / s), lambda x: tail((x - m) / s))


def logistic(m, s):
    m, s = mpf(m), mpf(s)
    tail = lambda z: 1 / (1 + exp(z))
    return (
        lambda x: -abs(x - m) / s - 2 * log1p(exp(-abs(x - m) / s)) - log(s),
        lambda x: tail((m - x) / s),
        lambda x: tail((x - m) / s),
    )


def cauchy(m, s):
    m, s = mpf(m), mpf(s)
    return (
        lambda x: -log(pi * s) - log1p(((x - m) / s) ** 2),
        lambda x: atan2(s, m - x) / pi,
        lambda x: atan2(s, x - m) / pi,
    )


def half_cauchy(s):
    s = mpf(s)
    return (
        lambda x: log(2 / (pi * s)) - log1p((x / s) ** 2),
        lambda x: 2 / pi * atan2(x, s),
        lambda x: 2 / pi * atan2(s, x),
    )


def half_normal(s):
    f, _, tail = normal(0, s)
    return lambda x: f(x) + log(mpf(2)), lambda x: erf(x / (mpf(s) * sqrt(mpf(2)))), lambda x: 2 * tail(x)


def lognormal(m, s):
    f, below, above = normal(m, s)
    return lambda x: f(log(x)) - log(x), lambda x: below(log(x)), lambda x: above(log(x))


def exponential(rate):
    rate = mpf(rate)
    return lambda x: log(rate) - rate * x, lambda x: -expm1(-rate * x), lambda x: exp(-rate * x)


def uniform(a, b):
    a, b = mpf(a), mpf(b)
    return lambda x: -log(b - a), lambda x: (x - a) / (b - a), lambda x: (b - x) / (b - a)


def chi_squared(df):
    return gamma(mpf(df) / 2, mpf(1) / 2)


def geometric(p):
    p = mpf(p)
    return (
        lambda k: k * log1p(-p) + log(p),
        lambda k: -expm1((k + 1) * log1p(-p)),
        lambda k: exp((k + 1) * log1p(-p)),
    )


def discrete_uniform(a, b):
    n = mpf(b - a + 1)
    return lambda k: -log(n), lambda k: (k - a + 1) / n, lambda k: (b - k) / n


plain('uniform', -1.0, 3.0, kind='between', low=-1.0, high=3.0)
for args in [(0.0, 1.0), (2.0, 0.5), (1e8, 1e-3)]:
    plain('normal', *args)
plain('half_normal', 3.0, kind='positive')
for args in [(0.5, 0.7), (0.0, 8.0)]:
    plain('lognormal', *args, kind='positive')
plain('exponential', 2.5, kind='positive')
add('exponential(scale = 2.5)', 'positive', exponential(1 / mpf(2.5)))
for args in [(3.5, 2.0), (0.3, 1.0), (0.001, 1.0), (1e6, 10.0), (1e6, 1e-3), (150.0, 0.1), (13.0, 1.0)]:
    plain('gamma', *args, kind='positive')
add('gamma(2.0, scale = 3.0)', 'positive', gamma(2, 1 / mpf(3)))
for args in [(3.0, 2.0), (0.01, 1.0), (1e5, 1e5)]:
    plain('inverse_gamma', *args, kind='positive')
for args in [(2.0, 5.0), (0.2, 0.3), (0.001, 0.001), (4e4, 1e4), (1e6, 2e6), (300.0, 4.0), (5.0, 1e5)]:
    plain('beta', *args, kind='unit')
plain('cauchy', 1.0, 2.0)
plain('half_cauchy', 5.0, kind='positive')
for args in [(4.0, 1.0, 2.0), (0.1, 0.0, 1.0), (0.7, 0.0, 1.0), (200.0, 1.0, 2.0), (1e6, 1.0, 2.0)]:
    plain('student_t', *args)
plain('laplace', 1.0, 2.0)
plain('logistic', 1.0, 2.0)
for args in [(1.5, 2.0), (0.1, 1.0), (20.0, 3.0)]:
    plain('weibull', *args, kind='positive')
for args in [(3.0, 2.0), (0.5, 10.0)]:
    plain('pareto', *args, kind='above', low=args[1])
plain('gumbel', 1.0, 2.0)
for df in [5.0, 0.01, 1e5]:
    plain('chi_squared', df, kind='positive')
for args in [(0.0, 0.0), (0.5, 2.0), (0.0, 0.01), (0.25, 30.0), (-1.0, 500.0), (0.0, 1e6)]:
    plain('von_mises', *args, kind='between', low=args[0] - 3.14159, high=args[0] + 3.14159)

plain('binomial', 12, 0.3, whole=True, low=0, high=12)
for n, p in [(200, 0.4), (1000, 0.97), (1000000000, 5e-9), (1000000000, 0.3), (1000000000, 0.5)]:
    plain('binomial', n, p, whole=True, low=0, high=n)
for rate, high in [(2.5, 400), (80.0, 2000), (1e6, 2 * 10**6), (1e8, 2 * 10**8)]:
    plain('poisson', rate, whole=True, low=0, high=high)
for p in [0.3, 1e-9]:
    plain('geometric', p, whole=True, low=0, high=int(750 / p))
for mean, r in [(4.0, 2.0), (3.0, 0.05), (1e5, 1e5), (10.0, 1e8)]:
    add(
        f'negative_binomial({mean}, {r})',
        'line',
        negative_binomial(mpf(r), mpf(r) / (mpf(r) + mpf(mean)), mpf(mean) / (mpf(r) + mpf(mean))),
        whole=True,
        low=0,
        high=10**6,
    )
add('negative_binomial(n = 3.0, p = 0.4)', 'line', negative_binomial(mpf(3), mpf(0.4), 1 - mpf(0.4)), whole=True, low=0, high=2000)
plain('discrete_uniform', -2, 6, whole=True, low=-2, high=6)
for args in [(10, 2.0, 3.0), (1000, 0.5, 0.5), (20000, 1e3, 2e3), (20, 0.001, 0.002), (500, 1e6, 1e6)]:
    plain('beta_binomial', *args, whole=True, low=0, high=args[0])
for args in [(50, 20, 10), (1000000, 300000, 1000), (1000000000, 500000000, 2000)]:
    plain('hypergeometric', *args, whole=True, low=max(0, args[2] + args[1] - args[0]), high=min(args[1], args[2]))

f, below, above = poisson(3)
add(
    'zero_inflated(0.4, poisson(3.0))',
    'line',
    (
        lambda k: log(mpf(0.4) + (1 - mpf(0.4)) * exp(f(0))) if k == 0 else log1p(-mpf(0.4)) + f(k),
        lambda k: mpf(0.4) + (1 - mpf(0.4)) * below(k),
        lambda k: (1 - mpf(0.4)) * above(k),
    ),
    whole=True,
    low=0,
    high=300,
)
one, two = normal(0, 1), normal(4, 2)
add(
    'mixture([0.25, 0.75], [normal(0.0, 1.0), normal(4.0, 2.0)])',
    'line',
    (
        lambda x: log(exp(one[0](x)) / 4 + 3 * exp(two[0](x)) / 4),
        lambda x: one[1](x) / 4 + 3 * two[1](x) / 4,
        lambda x: one[2](x) / 4 + 3 * two[2](x) / 4,
    ),
)
mass = one[2](mpf(7))
add(
    'truncated(normal(0.0, 1.0), 7.0, infinity)',
    'above',
    (lambda x: one[0](x) - log(mass), lambda x: (mass - one[2](x)) / mass, lambda x: one[2](x) / mass),
    low=7.0,
)
add('censored(normal(0.0, 1.0), -infinity, 40.0)', 'line', one)

targets = [1e-300, 1e-100, 1e-30, 1e-10, 1e-3, 0.2, 0.5]


def place(family, t):
    """A monotone map of t to the support."""
    if family.kind == 'line':
        return sinh(t)
    if family.kind == 'positive':
        return exp(t)
    if family.kind == 'unit':
        return 1 / (1 + exp(-t))
    if family.kind == 'above':
        return family.low * (1 + exp(t))
    return family.low + (family.high - family.low) / (1 + exp(-t))


def points(family):
    """x where the lower or the upper tail is about each of the targets."""
    mp.dps = 20
    found = set()
    for target in targets:
        for tail, rising in [(family.cdf, True), (family.sf, False)]:
            if family.whole:
                low, high = family.low, family.high
                while high - low > 1:
                    middle = (low + high) // 2
                    if (tail(middle) < target) == rising:
                        low = middle
                    else:
                        high = middle
                found.update([low, high] if high - family.low < 40 else [high])
            else:
                low, high = mpf(-744), mpf(700)
                for _ in range(60):
                    middle = (low + high) / 2
                    if (tail(place(family, middle)) < target) == rising:
                        low = middle
                    else:
                        high = middle
                digits = 12 if family.text.startswith('normal(100000000') or '1000000' in family.text else 7
                x = float(f'{float(place(family, high)):.{digits}g}')
                near = tail(mpf(x)) / target if x not in (0.0, float('inf')) else 0
                if 1e-12 < near < 1e12:
                    found.add(x)
    mp.dps = 60
    return sorted(found)


def row(family, x):
    exact = x if family.whole else mpf(x)
    return [family.text, x, *(float(v(exact)) for v in (family.logpdf, family.cdf, family.sf))]


def quantile_row(family, x):
    """A double p and the quantile there: one step of Newton from x, of which p is the rounded distribution function."""
    if family.whole:
        p = float(family.cdf(x) - exp(family.logpdf(x)) / 2)
        return [family.text, p, x] if 1e-305 < p < 0.99 else None
    below, above = family.cdf(mpf(x)), family.sf(mpf(x))
    if below < mpf(10) ** -305 or above < mpf(10) ** -5:
        return None
    p = float(below)
    # at the median of a symmetric family the quantile is its location to all digits
    if abs(p - 0.5) < 1e-6:
        return None
    return [family.text, p, float(mpf(x) + (mpf(p) - below) / exp(family.logpdf(mpf(x))))]


def main():
    values, quantiles = [], []
    for family in families:
        xs = points(family)
        values += [r for r in (row(family, x) for x in xs) if r[3] > 0 or r[4] < 1]
        quantiles += [q for q in (quantile_row(family, x) for x in xs) if q is not None and q[1] < 1]
        print(family.text, len(xs), flush=True)
    lines = lambda rows: ',\n'.join('    ' + json.dumps(r) for r in rows)
    text = f'{{\n  "values": [\n{lines(values)}\n  ],\n  "quantiles": [\n{lines(quantiles)}\n  ]\n}}\n'
    Path(__file__).with_name('families.json').write_text(text)


if __name__ == '__main__':
    main()
