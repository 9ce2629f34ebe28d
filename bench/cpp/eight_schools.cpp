// Eight schools, non-centred, by likelihood weighting: particles from the prior, weighed by the eight observations.
//   eight_schools [particles] [seed]
#include <cstdio>
#include <cstdlib>

#include "noise.hpp"
#include "weighted.hpp"

constexpr int kSchools = 8;
constexpr double kEffect[kSchools] = {28, 8, -3, 7, -1, 1, 18, 12};
constexpr double kError[kSchools] = {15, 10, 16, 11, 9, 11, 10, 18};

int main(int argc, char** argv) {
  const long particles = argc > 1 ? std::atol(argv[1]) : 1000000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const double start = cpu_seconds();

  double precision[kSchools], constant = 0;
  for (int j = 0; j < kSchools; j++) {
    precision[j] = 1.0 / kError[j];
    constant -= std::log(kError[j]) + 0.5 * std::log(2.0 * M_PI);
  }

  Weighted<3> sums;  // mu, tau, theta[0]
  double log_weight[kBlock], value[3][kBlock];
  for (long first = 0; first < particles; first += kBlock) {
    const int count = static_cast<int>(std::min<long>(kBlock, particles - first));
    Stream stream(seed, static_cast<uint64_t>(first / kBlock));
    for (int i = 0; i < count; i++) {
      const double mu = 5.0 * stream.normal();
      const double tau = 5.0 * std::tan(0.5 * M_PI * stream.uniform());
      double score = constant;
      for (int j = 0; j < kSchools; j++) {
        const double theta = mu + tau * stream.normal();
        const double z = (kEffect[j] - theta) * precision[j];
        score -= 0.5 * z * z;
        if (j == 0) value[2][i] = theta;
      }
      value[0][i] = mu;
      value[1][i] = tau;
      log_weight[i] = score;
    }
    sums.add(log_weight, value, count);
  }

  const double seconds = cpu_seconds() - start;
  std::printf(
      "{\"particles\": %ld, \"mu\": %.10g, \"tau\": %.10g, \"theta0\": %.10g, \"logEvidence\": %.10g, \"ess\": %.6g, "
      "\"seconds\": %.6g}\n",
      particles, sums.mean(0), sums.mean(1), sums.mean(2), sums.log_mean_weight(particles), sums.effective(), seconds);
}
