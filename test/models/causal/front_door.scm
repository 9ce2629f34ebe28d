/// Smoking, tar and cancer with a hidden cause, as a structural model.
model Smoking {
  latent gene ~ bernoulli(0.5)
  smoke ~ bernoulli(if gene then 0.8 else 0.2)
  tar ~ bernoulli(if smoke then 0.9 else 0.1)
  cancer ~ bernoulli(0.1 + (if tar then 0.4 else 0.0) + (if gene then 0.3 else 0.0))
}

query see = P(cancer | smoke)                                               //= 0.7
query act = P(cancer | do(smoke = true))                                    //= 0.61
query effect = P(cancer | do(smoke = true)) - P(cancer | do(smoke = false)) //= 0.32
query tar_effect = P(cancer | do(tar = true)) - P(cancer | do(tar = false)) //= 0.4
query seen_tar = P(cancer | tar) - P(cancer | tar = false)                  //= 0.544
query had = P(cancer[do(smoke = false)] | smoke, cancer)                    //= 0.542857142857
