// A campaign of single trials, each harder the closer the goal: from 1 to 100 in steps that succeed with chance x / 10000. About
// 51774 trials a run; the answer is the mean number of them.
//   campaign [runs] [seed]
#include <cstdio>
#include <cstdlib>

#include "noise.hpp"
#include "weighted.hpp"

int main(int argc, char** argv) {
  const long runs = argc > 1 ? std::atol(argv[1]) : 10000;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  const double start = cpu_seconds();

  double sum = 0;
  for (long run = 0; run < runs; run++) {
    Stream stream(seed, static_cast<uint64_t>(run));
    double x = 1;
    long epochs = 0;
    while (x < 100) {
      if (stream.uniform() < 1 - (1 - x / 10000)) x += 1;
      epochs++;
    }
    sum += static_cast<double>(epochs);
  }

  const double seconds = cpu_seconds() - start;
  std::printf("{\"runs\": %ld, \"duration\": %.10g, \"seconds\": %.6g}\n", runs, sum / static_cast<double>(runs), seconds);
}
