// Stochastic volatility by the bootstrap particle filter: 1000 returns, systematic resampling where the effective sample
// size falls under half of the particles.
//   particle_filter [particles] [seed] [returns.csv]
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "noise.hpp"
#include "weighted.hpp"

constexpr double kPhi = 0.97, kSigma = 0.2, kMean = -1.0;

static std::vector<double> read_returns(const char* path) {
  std::vector<double> returns;
  FILE* file = std::fopen(path, "r");
  if (file == nullptr) return returns;
  char line[128];
  while (std::fgets(line, sizeof line, file) != nullptr) {
    char* end;
    const double value = std::strtod(line, &end);
    if (end != line) returns.push_back(value);
  }
  std::fclose(file);
  return returns;
}

int main(int argc, char** argv) {
  const long particles = argc > 1 ? std::atol(argv[1]) : 10000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const std::vector<double> returns = read_returns(argc > 3 ? argv[3] : "examples/returns.csv");
  if (returns.empty()) return 1;
  const double start = cpu_seconds();

  const size_t n = static_cast<size_t>(particles);
  std::vector<double> state(n), next(n), log_weight(n, 0.0), weight(n);
  const double constant = 0.5 * std::log(2.0 * M_PI);
  uint64_t stream_number = 0;
  double top = 0, total = 0;
  long resampled = 0;
  for (size_t t = 0; t < returns.size(); t++) {
    const double seen = returns[t];
    for (size_t first = 0; first < n; first += kBlock) {
      const size_t last = std::min(n, first + kBlock);
      Stream stream(seed, stream_number++);
      for (size_t i = first; i < last; i++) {
        const double h = t == 0 ? kMean + kSigma / std::sqrt(1.0 - kPhi * kPhi) * stream.normal()
                                : kMean + kPhi * (state[i] - kMean) + kSigma * stream.normal();
        const double z = seen * std::exp(-0.5 * h);
        state[i] = h;
        log_weight[i] += -0.5 * z * z - 0.5 * h - constant;
      }
    }
    top = *std::max_element(log_weight.begin(), log_weight.end());
    total = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
      weight[i] = std::exp(log_weight[i] - top);
      total += weight[i];
      squares += weight[i] * weight[i];
    }
    if (t + 1 == returns.size() || total * total > 0.5 * static_cast<double>(n) * squares) continue;
    Stream stream(seed, stream_number++);
    const double offset = stream.uniform(), step = total / static_cast<double>(n);
    double sum = weight[0];
    for (size_t k = 0, i = 0; k < n; k++) {
      const double point = (static_cast<double>(k) + offset) * step;
      while (sum <= point && i + 1 < n) sum += weight[++i];
      next[k] = state[i];
    }
    std::swap(state, next);
    const double mean = top + std::log(step);
    std::fill(log_weight.begin(), log_weight.end(), mean);
    resampled++;
  }
  double level = 0;
  for (size_t i = 0; i < n; i++) level += weight[i] * state[i];

  const double seconds = cpu_seconds() - start;
  std::printf("{\"particles\": %ld, \"level\": %.10g, \"logEvidence\": %.10g, \"resampled\": %ld, \"seconds\": %.6g}\n",
              particles, level / total, top + std::log(total / static_cast<double>(n)), resampled, seconds);
}
