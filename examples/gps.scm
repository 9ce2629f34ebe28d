// Does a navigation system weaken the memory? Drivers with little sense of place use one more often and remember less
// anyway, and nobody measures that sense. But all that a device does to memory it does through the hippocampus, which a
// scanner sees: the front door. The formula from what is seen alone gives what acting gives.
model Navigation {
  latent sense ~ bernoulli(0.5)
  gps ~ bernoulli(if sense then 0.3 else 0.8)
  active ~ bernoulli(if gps then 0.25 else 0.75)
  remembers ~ bernoulli(0.2 + (if active then 0.4 else 0.0) + (if sense then 0.3 else 0.0))
}

query seen = P(remembers | gps) - P(remembers | gps = false)                //= -0.35151515151515145
query done = P(remembers | do(gps = true)) - P(remembers | do(gps = false)) //= -0.2

/// Sum over m of (P(m | gps) - P(m | no gps)) times the sum over g of P(remembers | m, g) P(g).
query front_door = (P(active | gps) - P(active | gps = false))
  * (
    P(remembers | active, gps) * P(gps)
      + P(remembers | active, gps = false) * P(gps = false)
      - P(remembers | active = false, gps) * P(gps)
      - P(remembers | active = false, gps = false) * P(gps = false)
  ) //= -0.2
