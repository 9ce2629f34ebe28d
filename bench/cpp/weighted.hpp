// Self-normalised sums over blocks of weighted particles, safe against overflow: every sum is kept relative to the
// largest log weight so far.
#pragma once
#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>

template <int columns>
struct Weighted {
  double largest = -std::numeric_limits<double>::infinity();
  double total = 0, squares = 0;
  double sum[columns] = {};

  /// Adds `count` particles: their log weights, and their values column by column.
  void add(const double* log_weight, const double (*value)[1024], int count) {
    const double top = *std::max_element(log_weight, log_weight + count);
    if (top > largest) {
      const double shrink = std::exp(largest - top);
      total *= shrink;
      squares *= shrink * shrink;
      for (double& s : sum) s *= shrink;
      largest = top;
    }
    double weight[1024];
    for (int i = 0; i < count; i++) weight[i] = std::exp(log_weight[i] - largest);
    for (int i = 0; i < count; i++) {
      total += weight[i];
      squares += weight[i] * weight[i];
    }
    for (int k = 0; k < columns; k++) {
      double s = 0;
      for (int i = 0; i < count; i++) s += weight[i] * value[k][i];
      sum[k] += s;
    }
  }

  double mean(int column) const { return sum[column] / total; }
  double effective() const { return total * total / squares; }
  double log_mean_weight(long particles) const { return largest + std::log(total / static_cast<double>(particles)); }
};

inline double cpu_seconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}
