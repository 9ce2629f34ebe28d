// noise asked for outside of a distribution
model M { x := 2 + noise_normal() }
query q = E(x)
