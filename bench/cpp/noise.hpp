// Noise for the comparison programs: xoshiro128++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators",
// ACM TOMS 47, 2021) and normals by the ziggurat (Marsaglia and Tsang, J. Stat. Soft. 5(8), 2000) with 256 layers and a
// position of 53 bits. A Stream is meant to be a local variable of the loop over a block, so that its state stays in registers.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

constexpr int kBlock = 1024;

struct Ziggurat {
  static constexpr int layers = 256;
  static constexpr double tail = 3.6541528853610088;  // where the bottom layer ends and the tail begins
  static constexpr double area = 4.92867323399141e-3;  // of each layer, under exp(-x^2 / 2)
  double width[layers];    // of layer i, divided by 2^53
  uint64_t inside[layers];  // positions below this one are under the curve
  double height[layers + 1];

  Ziggurat() {
    double x[layers + 1];
    x[0] = area / std::exp(-0.5 * tail * tail);
    x[1] = tail;
    for (int i = 2; i < layers; i++) {
      const double below = std::exp(-0.5 * x[i - 1] * x[i - 1]);
      x[i] = std::sqrt(-2.0 * std::log(area / x[i - 1] + below));
    }
    x[layers] = 0.0;
    for (int i = 0; i < layers; i++) {
      width[i] = x[i] * 0x1p-53;
      inside[i] = static_cast<uint64_t>(x[i + 1] / x[i] * 0x1p53);
    }
    for (int i = 0; i <= layers; i++) height[i] = std::exp(-0.5 * x[i] * x[i]);
  }
};

inline const Ziggurat kZiggurat;

inline uint64_t splitmix(uint64_t& state) {
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// x or -x by bit 8: arithmetic on the sign bit, because a branch on a fair coin is mispredicted every second time.
inline double signed_by(uint64_t bits, double x) {
  return std::bit_cast<double>(std::bit_cast<uint64_t>(x) ^ ((bits & 256) << 55));
}

struct Stream {
  uint32_t a, b, c, d;

  Stream(uint64_t seed, uint64_t block) {
    uint64_t state = seed * 0xd1342543de82ef95u + block;
    const uint64_t low = splitmix(state), high = splitmix(state);
    a = static_cast<uint32_t>(low);
    b = static_cast<uint32_t>(low >> 32);
    c = static_cast<uint32_t>(high);
    d = static_cast<uint32_t>(high >> 32) | 1u;
  }

  uint32_t next() {
    const uint32_t sum = a + d;
    const uint32_t result = ((sum << 7) | (sum >> 25)) + a;
    const uint32_t t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >> 21);
    return result;
  }

  uint64_t next64() {
    const uint64_t high = next();
    return (high << 32) | next();
  }

  /// Uniform on the open interval (0, 1), 53 bits.
  double uniform() { return (static_cast<double>(next64() >> 12) + 0.5) * 0x1p-52; }

  /// Exponential of rate 1.
  double exponential() { return -std::log(uniform()); }

  double normal();

  struct Edge;
  static Edge outside(Stream stream, int layer, double x);
};

struct Stream::Edge {
  double x;
  Stream stream;
};

inline double Stream::normal() {
  const uint64_t bits = next64();
  const int layer = static_cast<int>(bits & 255);
  const uint64_t position = bits >> 11;
  const double x = static_cast<double>(position) * kZiggurat.width[layer];
  if (__builtin_expect(position < kZiggurat.inside[layer], 1)) return signed_by(bits, x);
  const Edge edge = outside(*this, layer, x);
  *this = edge.stream;
  return signed_by(bits, edge.x);
}

/// Outside the rectangle under the curve (1.2 % of the draws): the tail, the wedge, or another try. The stream goes in and
/// out by value: were its address taken, the compiler would keep the state in memory everywhere.
__attribute__((noinline, cold)) Stream::Edge Stream::outside(Stream stream, int layer, double x) {
  if (layer == 0) {
    double beyond, height;
    do {
      beyond = -std::log(stream.uniform()) / Ziggurat::tail;
      height = -std::log(stream.uniform());
    } while (2.0 * height <= beyond * beyond);
    return {Ziggurat::tail + beyond, stream};
  }
  const double low = kZiggurat.height[layer], high = kZiggurat.height[layer + 1];
  if (low + stream.uniform() * (high - low) < std::exp(-0.5 * x * x)) return {x, stream};
  const double again = stream.normal();
  return {again, stream};
}
