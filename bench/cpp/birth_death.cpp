// The density of a tree of 54 species under a birth-death process, by running the process: along each branch lineages split
// off that we do not see, and each must have died out. A particle filter over the branches: systematic resampling after a
// branch where the effective sample size falls under half of the particles. The rates come from their prior.
//   birth_death [particles] [seed]
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "noise.hpp"
#include "weighted.hpp"

constexpr int kNodes = 107, kLeaves = 54;
constexpr double kAge[kNodes] = {
    28, 26.1278, 9.1433, 6.5977, 6.2912, 0.1064, 0, 0, 4.7844, 0.5396, 0, 0, 0, 6.4862, 0, 2.3193, 0, 0, 0.1403, 0, 0,
    18.1154, 12.8594, 11.3764, 8.1407, 8.0186, 7.3345, 3.1092, 0.4709, 0, 0, 0, 0, 7.742, 2.4671, 0, 2.4302, 0, 0, 0,
    3.8106, 2.3001, 0, 0, 2.8514, 1.2776, 0, 0, 0.7531, 0, 0, 10.34, 2.2415, 1.8767, 0, 0, 1.0715, 0, 0.7754, 0, 0,
    1.4394, 0, 0, 5.719, 4.0554, 0, 4.0118, 0, 0, 1.2168, 0, 0, 6.9154, 5.9793, 2.9988, 0, 2.2591, 0, 0, 5.9101,
    1.9865, 0, 0, 0, 5.1681, 0, 1.3365, 0, 0.9688, 0, 0, 14.9316, 0, 9.2557, 7.8541, 0, 4.4364, 3.826, 0, 3.3359, 0,
    0, 0, 4.5751, 0, 0};
constexpr int kLeft[kNodes] = {
    1, 2, 3, 4, 5, 6, -1, -1, 9, 10, -1, -1, -1, 14, -1, 16, -1, -1, 19, -1, -1, 22, 23, 24, 25, 26, 27, 28, 29, -1,
    -1, -1, -1, 34, 35, -1, 37, -1, -1, -1, 41, 42, -1, -1, 45, 46, -1, -1, 49, -1, -1, 52, 53, 54, -1, -1, 57, -1,
    59, -1, -1, 62, -1, -1, 65, 66, -1, 68, -1, -1, 71, -1, -1, 74, 75, 76, -1, 78, -1, -1, 81, 82, -1, -1, -1, 86,
    -1, 88, -1, 90, -1, -1, 93, -1, 95, 96, -1, 98, 99, -1, 101, -1, -1, -1, 105, -1, -1};
constexpr int kRight[kNodes] = {
    92, 21, 18, 13, 8, 7, -1, -1, 12, 11, -1, -1, -1, 15, -1, 17, -1, -1, 20, -1, -1, 73, 64, 51, 40, 33, 32, 31, 30,
    -1, -1, -1, -1, 39, 36, -1, 38, -1, -1, -1, 44, 43, -1, -1, 48, 47, -1, -1, 50, -1, -1, 61, 56, 55, -1, -1, 58,
    -1, 60, -1, -1, 63, -1, -1, 70, 67, -1, 69, -1, -1, 72, -1, -1, 85, 80, 77, -1, 79, -1, -1, 84, 83, -1, -1, -1,
    87, -1, 89, -1, 91, -1, -1, 94, -1, 104, 97, -1, 103, 100, -1, 102, -1, -1, -1, 106, -1, -1};

struct Particle {
  double lambda, mu;
};

/// Whether a lineage of that age has descendants that live today.
static bool survives(Stream& stream, double t, double lambda, double mu) {
  const double next = t - stream.exponential() / (lambda + mu);
  if (next < 0) return true;
  if (stream.uniform() < lambda / (lambda + mu)) return survives(stream, next, lambda, mu) || survives(stream, next, lambda, mu);
  return false;
}

/// Walks down the branch above a node: the log of its weight.
static double branch(Stream& stream, int node, double from, double lambda, double mu) {
  const double to = kAge[node];
  double t = from, weight = 0;
  while (t > to) {
    t -= stream.exponential() / lambda;
    if (t > to) {
      if (survives(stream, t, lambda, mu)) return -std::numeric_limits<double>::infinity();
      weight += std::log(2.0);
    }
  }
  weight -= mu * (from - to);
  return kLeft[node] < 0 ? weight : weight + std::log(lambda);
}

/// The branches in the order in which a walk from the root comes to them: the nodes at their lower ends.
static void order(int node, double from, std::vector<std::pair<int, double>>& branches) {
  for (const int child : {kLeft[node], kRight[node]}) {
    branches.emplace_back(child, from);
    if (kLeft[child] >= 0) order(child, kAge[child], branches);
  }
}

int main(int argc, char** argv) {
  const long particles = argc > 1 ? std::atol(argv[1]) : 10000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const double start = cpu_seconds();

  const size_t n = static_cast<size_t>(particles);
  std::vector<Particle> state(n), next(n);
  std::vector<double> log_weight(n, 0.0), weight(n);
  std::vector<Stream> streams;
  for (size_t i = 0; i < n; i++) {
    streams.emplace_back(seed, i);
    state[i].lambda = streams[i].exponential();
    state[i].mu = 0.5 * streams[i].exponential();
  }
  Stream global(seed, n);
  std::vector<std::pair<int, double>> branches;
  order(0, kAge[0], branches);
  double top = 0, total = 0;
  long resampled = 0;
  for (size_t b = 0; b < branches.size(); b++) {
    const auto [node, from] = branches[b];
    for (size_t i = 0; i < n; i++) {
      Stream stream = streams[i];
      log_weight[i] += branch(stream, node, from, state[i].lambda, state[i].mu);
      streams[i] = stream;
    }
    top = *std::max_element(log_weight.begin(), log_weight.end());
    total = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
      weight[i] = std::exp(log_weight[i] - top);
      total += weight[i];
      squares += weight[i] * weight[i];
    }
    if (b + 1 == branches.size() || total * total > 0.5 * static_cast<double>(n) * squares) continue;
    const double offset = global.uniform(), step = total / static_cast<double>(n);
    double sum = weight[0];
    for (size_t k = 0, i = 0; k < n; k++) {
      const double point = (static_cast<double>(k) + offset) * step;
      while (sum <= point && i + 1 < n) sum += weight[++i];
      next[k] = state[i];
    }
    std::swap(state, next);
    std::fill(log_weight.begin(), log_weight.end(), top + std::log(step));
    resampled++;
  }
  double lambda = 0;
  for (size_t i = 0; i < n; i++) lambda += weight[i] * state[i].lambda;

  const double constant = (kLeaves - 1) * std::log(2.0) - std::lgamma(kLeaves + 1.0);
  const double seconds = cpu_seconds() - start;
  std::printf("{\"particles\": %ld, \"lambda\": %.10g, \"logEvidence\": %.10g, \"resampled\": %ld, \"seconds\": %.6g}\n", particles,
              lambda / total, constant + top + std::log(total / static_cast<double>(n)), resampled, seconds);
}
