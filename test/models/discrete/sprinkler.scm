model Lawn {
  rain ~ bernoulli(0.3)
  sprinkler ~ bernoulli(if rain then 0.1 else 0.4)
  wet ~ bernoulli(if rain and sprinkler then 0.98 else if rain then 0.8 else if sprinkler then 0.9 else 0.0)
}

query dry = P(rain | wet = false)                                 //= 0.10863509749303621
query weight = evidence(wet = false)                              //= ln(0.5026)
query wet = P(rain | wet)                                         //= 0.493365500603
query explained = P(rain | wet, sprinkler)                        //= 0.0294 / (0.0294 + 0.252)
query act = P(rain | do(wet = true))                              //= 0.3
query forced = P(wet | do(sprinkler = true))                      //= 0.3 * 0.98 + 0.7 * 0.9
query had = P(wet[do(sprinkler = false)] | wet, sprinkler = true) //= 0.3 * 0.1 * 0.8 / (0.3 * 0.1 * 0.98 + 0.7 * 0.4 * 0.9)
