// Influenza in a boarding school by approximate Bayesian computation: simulations from the prior, and of them those nearest to
// what was seen, one in a thousand. The distance is Euclidean, each day scaled by its median absolute deviation over the
// simulations.
//   outbreak_abc [simulations] [seed]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "noise.hpp"
#include "weighted.hpp"

constexpr int kDays = 14, kBoys = 763;
constexpr double kSeen[kDays] = {3, 8, 26, 76, 225, 298, 258, 233, 189, 128, 68, 29, 14, 4};

/// The difference between log k! and Stirling's formula at k + 1.
static double stirling(double k) {
  static const double table[] = {0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509,
                                 0.01664469118982119, 0.01387612882307075, 0.01189670994589177, 0.01041126526197209,
                                 0.009255462182712733, 0.008330563433362871};
  if (k < 10) return table[static_cast<int>(k)];
  const double square = 1 / ((k + 1) * (k + 1));
  return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 * square) * square) / (k + 1);
}

/// Binomial: counting up where n p < 10, else Hörmann's BTRS (J. Stat. Comput. Simul. 46, 1993).
static double binomial(Stream& stream, double n, double probability) {
  const double p = std::min(probability, 1 - probability);
  double k = 0;
  if (n * p < 10) {
    double term = std::exp(n * std::log1p(-p));
    double rest = stream.uniform() - term;
    const double odds = p / (1 - p);
    while (rest > 0 && k < n) {
      term *= odds * ((n - k) / (k + 1));
      rest -= term;
      k++;
    }
  } else {
    const double sd = std::sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * sd, a = -0.0873 + 0.0248 * b + 0.01 * p;
    const double alpha = (2.83 + 5.1 / b) * sd, squeeze = 0.92 - 4.2 / b, odds = p / (1 - p);
    const double mode = std::floor((n + 1) * p);
    for (;;) {
      const double u = stream.uniform() - 0.5;
      double v = stream.uniform();
      const double us = 0.5 - std::fabs(u);
      k = std::floor((2 * a / us + b) * u + n * p + 0.5);
      if (us >= 0.07 && v <= squeeze) break;
      if (k < 0 || k > n) continue;
      v = std::log(v * alpha / (a / (us * us) + b));
      if (v <= (mode + 0.5) * std::log((mode + 1) / (odds * (n - mode + 1))) +
                   (n + 1) * std::log((n - mode + 1) / (n - k + 1)) +
                   (k + 0.5) * std::log(odds * (n - k + 1) / (k + 1)) + stirling(mode) + stirling(n - mode) -
                   stirling(k) - stirling(n - k))
        break;
    }
  }
  return probability > 0.5 ? n - k : k;
}

static double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

int main(int argc, char** argv) {
  const long simulations = argc > 1 ? std::atol(argv[1]) : 100000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const double start = cpu_seconds();

  const size_t n = static_cast<size_t>(simulations);
  std::vector<double> beta(n), gamma(n), in_bed(n * kDays), distance(n, 0.0);
  for (size_t first = 0; first < n; first += kBlock) {
    Stream stream(seed, first / kBlock);
    for (size_t k = first; k < std::min(n, first + kBlock); k++) {
      beta[k] = 4 * stream.uniform();
      gamma[k] = 1.5 * stream.uniform();
      double s = kBoys - 1, i = 1;
      for (int day = 0; day < kDays; day++) {
        const double infected = binomial(stream, s, 1 - std::exp(-beta[k] * i / kBoys));
        const double recovered = binomial(stream, i, 1 - std::exp(-gamma[k]));
        s -= infected;
        i += infected - recovered;
        in_bed[k * kDays + static_cast<size_t>(day)] = i;
      }
    }
  }
  std::vector<double> column(n);
  for (size_t day = 0; day < kDays; day++) {
    for (size_t k = 0; k < n; k++) column[k] = in_bed[k * kDays + day];
    const double centre = median(column);
    for (size_t k = 0; k < n; k++) column[k] = std::fabs(in_bed[k * kDays + day] - centre);
    const double spread = median(column);
    const double scale = spread > 0 ? spread : 1;
    for (size_t k = 0; k < n; k++) {
      const double off = (in_bed[k * kDays + day] - kSeen[day]) / scale;
      distance[k] += off * off;
    }
  }
  std::vector<double> sorted = distance;
  const size_t kept = std::max<size_t>(1, n / 1000);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<long>(kept - 1), sorted.end());
  const double epsilon = sorted[kept - 1];
  double sum = 0;
  long accepted = 0;
  for (size_t k = 0; k < n; k++)
    if (distance[k] <= epsilon) {
      sum += beta[k];
      accepted++;
    }

  const double seconds = cpu_seconds() - start;
  std::printf("{\"simulations\": %ld, \"beta\": %.10g, \"epsilon\": %.6g, \"accepted\": %ld, \"seconds\": %.6g}\n", simulations,
              sum / static_cast<double>(accepted), std::sqrt(epsilon), accepted, seconds);
}
