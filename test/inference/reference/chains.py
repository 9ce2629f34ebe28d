"""Writes chains.json: draws of small Markov chains, and what ArviZ 0.23.4 says of them.

    pip install arviz==0.23.4
    python3 chains.py > chains.json
"""

import json
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
import arviz as az  # noqa: E402

random = np.random.default_rng(20210601)


def autoregressive(chains, length, correlation):
    x = np.zeros((chains, length))
    x[:, 0] = random.normal(size=chains)
    for t in range(1, length):
        x[:, t] = correlation * x[:, t - 1] + np.sqrt(1 - correlation**2) * random.normal(size=chains)
    return x


shifted = autoregressive(4, 60, 0.3)
shifted[2] += 1.5
scaled = autoregressive(4, 60, 0.0)
scaled[1] *= 3
cases = {
    "independent": random.normal(size=(4, 60)),
    "slow": autoregressive(4, 150, 0.95),
    "alternating": autoregressive(3, 61, -0.7),
    "one chain is elsewhere": shifted,
    "one chain is wider": scaled,
    "heavy tails": random.standard_cauchy(size=(4, 60)),
    "counts with ties": random.poisson(2.0, size=(4, 60)).astype(float),
    "a single chain": autoregressive(1, 101, 0.6),
    "drifting": autoregressive(2, 160, 0.2) + np.linspace(0, 2, 160),
}

written = []
for name, draws in cases.items():
    draws = np.round(draws, 4)
    written.append(
        {
            "name": name,
            "draws": draws.tolist(),
            # ArviZ wants two chains, though their halves would do.
            "rhat": float(az.rhat(draws, method="rank")) if len(draws) > 1 else None,
            "bulk": float(az.ess(draws, method="bulk")),
            "tail": float(az.ess(draws, method="tail")),
            "mean": float(az.ess(draws, method="mean")),
            "mcseMean": float(az.mcse(draws, method="mean")),
        }
    )
json.dump(written, sys.stdout)
sys.stdout.write("\n")
