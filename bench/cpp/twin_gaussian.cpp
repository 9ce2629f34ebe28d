// A linear Gaussian model of ten nodes and a counterfactual question: the noise of the three nodes that were seen is found
// by inversion and scored, the other seven noises are drawn, and the world do(x2 = 1) runs on the same ten noises.
//   twin_gaussian [particles] [seed]
#include <cstdio>
#include <cstdlib>

#include "noise.hpp"
#include "weighted.hpp"

constexpr double kSeen3 = 1.2, kSeen6 = 0.5, kSeen8 = -0.4;

int main(int argc, char** argv) {
  const long particles = argc > 1 ? std::atol(argv[1]) : 1000000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const double start = cpu_seconds();
  const double constant = -1.5 * std::log(2.0 * M_PI);

  Weighted<1> sums;  // x9 in the world do(x2 = 1)
  double log_weight[kBlock], value[1][kBlock];
  for (long first = 0; first < particles; first += kBlock) {
    const int count = static_cast<int>(std::min<long>(kBlock, particles - first));
    Stream stream(seed, static_cast<uint64_t>(first / kBlock));
    for (int i = 0; i < count; i++) {
      const double x0 = stream.normal();
      const double x1 = 0.8 * x0 + stream.normal();
      const double x2 = 0.5 * x0 - 0.4 * x1 + stream.normal();
      const double n3 = kSeen3 - (0.7 * x2 + 0.3 * x0);
      const double n4 = stream.normal();
      const double x4 = 0.6 * x1 + 0.5 * x2 - 0.2 * kSeen3 + n4;
      const double n5 = stream.normal();
      const double x5 = 0.9 * kSeen3 - 0.5 * x4 + n5;
      const double n6 = kSeen6 - (0.4 * x2 + 0.3 * x5 + 0.2 * x0);
      const double n7 = stream.normal();
      const double x7 = 0.5 * x4 + 0.6 * kSeen6 + n7;
      const double n8 = kSeen8 - (0.3 * x5 - 0.7 * x7 + 0.2 * x1);
      const double n9 = stream.normal();
      log_weight[i] = constant - 0.5 * (n3 * n3 + n6 * n6 + n8 * n8);

      const double y2 = 1.0;
      const double y3 = 0.7 * y2 + 0.3 * x0 + n3;
      const double y4 = 0.6 * x1 + 0.5 * y2 - 0.2 * y3 + n4;
      const double y5 = 0.9 * y3 - 0.5 * y4 + n5;
      const double y6 = 0.4 * y2 + 0.3 * y5 + 0.2 * x0 + n6;
      const double y7 = 0.5 * y4 + 0.6 * y6 + n7;
      const double y8 = 0.3 * y5 - 0.7 * y7 + 0.2 * x1 + n8;
      value[0][i] = 0.5 * y8 + 0.4 * y7 + 0.3 * y2 + n9;
    }
    sums.add(log_weight, value, count);
  }

  const double seconds = cpu_seconds() - start;
  std::printf("{\"particles\": %ld, \"x9\": %.10g, \"logEvidence\": %.10g, \"ess\": %.6g, \"seconds\": %.6g}\n", particles,
              sums.mean(0), sums.log_mean_weight(particles), sums.effective(), seconds);
}
